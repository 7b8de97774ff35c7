"""A signed-off return as a file that leaves the partnership."""

from reporting.services.exports.files import FORMATS, ExportFile, export, record_export

__all__ = ["FORMATS", "ExportFile", "export", "record_export"]
