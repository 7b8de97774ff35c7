// Beside a concern: the feedback follows the decision, and the ticks follow the protocol, until somebody changes them.
const form = document.querySelector("form[data-decide]")
const read = (id) => JSON.parse(document.getElementById(id).textContent)
const drafts = read("drafts")
const protocol = read("protocol")
const kinds = read("kinds")
const feedback = form.elements.feedback
const note = document.getElementById("feedback-note")

const isDraft = () => !feedback.value.trim() || Object.values(drafts).includes(feedback.value)
function follow() {
  const chosen = form.elements.outcome.value
  if (chosen && isDraft()) feedback.value = drafts[chosen]
  note.textContent = isDraft() ? "Draft" : ""
}
// Heard before the draft is noted, so that it holds the words that follow.
form.addEventListener("input", (event) => { if (event.target.name === "outcome") follow() })
feedback.addEventListener("input", () => { note.textContent = isDraft() ? "Draft" : "" })
if (form.elements.outcome.value) follow()

let ticked = false
form.addEventListener("input", (event) => {
  if (event.target.name === "share_with") ticked = true
  if (event.target.name !== "category" || ticked) return
  for (const box of form.querySelectorAll("[name=share_with]")) {
    const kind = kinds[box.value]
    box.checked = kind === "author" || protocol[event.target.value].includes(kind)
  }
})
