// Words selected in a text fill the form below it, with their place. Without this, words are typed or pasted.
const letters = (text) => Array.from(text).length // as PostgreSQL and Python count, not as JavaScript does

function placeOf(node, offset, text) {
  const inText = node.nodeType === Node.TEXT_NODE
  const holder = (inText ? node.parentElement : node).closest("[data-at]")
  if (!holder || !text.contains(holder)) return null
  const before = inText ? node.textContent.slice(0, offset) : ""
  return Number(holder.dataset.at) + letters(before)
}

function chosen(text) {
  const selection = document.getSelection()
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null
  const range = selection.getRangeAt(0)
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null
  const start = placeOf(range.startContainer, range.startOffset, text)
  const end = placeOf(range.endContainer, range.endOffset, text)
  const words = selection.toString().trim()
  return start === null || end === null || end <= start || !words ? null : { start, end, words }
}

for (const passage of document.querySelectorAll("[data-passage]")) {
  const text = passage.querySelector("[data-text]")
  const form = passage.querySelector("form[data-mark]")
  if (!form) continue
  const field = (name) => form.elements.namedItem(name)
  const take = () => {
    const found = chosen(text)
    if (!found) return
    field("words").value = found.words
    field("starts_at").value = found.start
    field("ends_at").value = found.end
    passage.querySelector("details").open = true
  }
  text.addEventListener("mouseup", take)
  text.addEventListener("keyup", take)
  // What is typed afterwards is looked for anew.
  const forget = () => { field("starts_at").value = field("ends_at").value = "" }
  field("words").addEventListener("input", forget)
  field("place").addEventListener("change", forget)
}
