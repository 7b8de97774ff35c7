// Says so when a part of the meeting could not be saved: the text stays in its field.
const say = (target, words) => {
  const line = document.createElement("p")
  line.className = "app-part__problem"
  line.textContent = words
  target.replaceChildren(line)
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const line = event.detail.target.querySelector(".app-part__at")
  if (line) line.textContent = "Saving"
})

// The same two texts as before: leave them as they are, for their button may be under the finger just now.
document.addEventListener("htmx:beforeSwap", (event) => {
  const shown = event.detail.target.querySelector("button[name=overwrite]")
  if (shown && event.detail.serverResponse.includes(`name="overwrite" value="${shown.value}"`)) {
    event.detail.shouldSwap = false
  }
})

// Signed out meanwhile: the answer is the sign-in page, which must not be drawn into the meeting.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseURL.includes("/accounts/")) return
  event.detail.shouldSwap = false
  say(event.detail.target, "Not saved: you have been signed out. Copy your text, load this page again and sign in.")
})

document.addEventListener("htmx:responseError", (event) => {
  say(event.detail.target, "Not saved: the portal could not take it. Copy your text and load the page again.")
})

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    say(event.detail.target, "Not saved: no connection. Your text is still here; save again when you are online.")
  })
}

// What is drawn anew beside another part stays as it is while somebody types in it: the next question draws it.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const at = document.activeElement
  if (event.detail.target.contains(at) && at.matches("input, textarea, select")) event.detail.shouldSwap = false
})
