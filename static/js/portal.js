// Small comforts on pages that work without them.
import { initAll } from "../build/govuk-frontend.min.js"

initAll()
// Parts that come into a page later are given the same comforts.
window.portal = { init: (scope) => initAll({ scope }) }

if (document.querySelector("[data-module^='moj-']")) {
  const moj = await import("../build/moj-frontend.min.js")
  moj.initAll()
}

if (document.querySelector("input[type=hidden][name=draft]")) await import("./drafts.js")
if (document.getElementById("session-warning")) await import("./session.js")

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false
  button.addEventListener("click", () => window.print())
}

// The menu under the person's name closes when somebody goes on elsewhere.
const menu = document.querySelector(".app-menu")
document.addEventListener("click", (event) => { if (menu && !menu.contains(event.target)) menu.open = false })
document.addEventListener("keydown", (event) => { if (menu && event.key === "Escape") menu.open = false })

// On a narrow screen the filter starts folded away, so that results come first.
const narrow = window.matchMedia("(max-width: 48.05rem)")
for (const filter of document.querySelectorAll("[data-filter]")) {
  const fold = () => { filter.open = !narrow.matches }
  fold()
  narrow.addEventListener("change", fold)
}

// On a narrow screen a row's cells stand below one another: each says which column it is from.
for (const table of document.querySelectorAll(".app-table--stack")) {
  const labels = Array.from(table.tHead.rows[0].cells, (cell) => (cell.querySelector(".app-sort") ?? cell).firstChild?.textContent.trim())
  for (const row of table.tBodies[0].rows) {
    for (const cell of Array.from(row.cells).slice(1)) {
      const label = labels[cell.cellIndex]
      if (label && cell.textContent.trim() && !cell.textContent.trim().startsWith(label)) cell.dataset.label = label
    }
  }
}

// After a row was added or removed, reading goes on there.
const rows = document.querySelectorAll("[data-focus]")
const last = rows[rows.length - 1]
if (last && !document.querySelector(".govuk-error-summary")) {
  last.setAttribute("tabindex", "-1")
  last.focus()
}

// A file that is too large is answered at once, and never sent.
for (const box of document.querySelectorAll("input[data-largest]")) {
  const told = document.createElement("p")
  told.className = "govuk-error-message"
  told.setAttribute("role", "alert")
  box.before(told)
  box.addEventListener("change", () => {
    const tooLarge = Array.from(box.files).some((file) => file.size > Number(box.dataset.largest))
    told.textContent = tooLarge ? box.dataset.tooLarge : ""
    if (tooLarge) box.value = ""
  })
}

// A form whose answers are not saved asks before it is left.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = false
  const ask = (event) => { if (changed) event.preventDefault() }
  form.addEventListener("input", () => { changed = true })
  form.addEventListener("submit", () => { changed = false })
  window.addEventListener("beforeunload", ask)
}
