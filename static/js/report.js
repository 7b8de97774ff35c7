// An agency's report without a connection: what is typed stays, and goes as soon as the portal answers again.
// Nothing is kept in the browser. Without this the page works as any other.
const report = document.querySelector("form.app-part")
const AGAIN = 4000
const THIS = document.currentScript.src // anything the portal answers tells that it can be reached
let waits = false // something typed did not reach the portal
let pressed // the button that was pressed meanwhile

function wait() {
  waits = true
  say(report.querySelector(".app-part__saved"), "No connection. Your text stays on this page and is saved as soon as it is back.")
}

for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, wait)
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) waits = false
})

// A page that cannot be sent would give way to an error of the browser's: its button waits as well.
report.addEventListener("submit", (event) => {
  if (!waits && navigator.onLine) return
  event.preventDefault()
  pressed = event.submitter || pressed
  wait()
})

async function tryAgain() {
  if (!waits) return
  try {
    await fetch(THIS, { method: "HEAD", cache: "no-store" })
  } catch {
    return
  }
  waits = false
  if (pressed || !report.hasAttribute("hx-post")) report.requestSubmit(pressed)
  else htmx.trigger(report, "change")
  pressed = undefined
}
setInterval(tryAgain, AGAIN)
window.addEventListener("online", tryAgain)
window.addEventListener("beforeunload", (event) => {
  if (waits) event.preventDefault()
})
