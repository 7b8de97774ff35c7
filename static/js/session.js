// Two minutes before a session ends, asks whether to stay signed in. The portal says how long it lasts, for the same
// person may be at work in another tab.
const WARN = 120
const LOOK_AGAIN = 10
const dialog = document.getElementById("session-warning")
const form = dialog.querySelector("form")
const [heading, text] = dialog.querySelectorAll("h2, p")
let timer

const later = (seconds) => { clearTimeout(timer); timer = setTimeout(look, Math.max(1, seconds) * 1000) }

async function ask(options) {
  const answer = await fetch(form.action, { cache: "no-store", ...options })
  return answer.redirected || !answer.ok ? null : answer.json()
}

function show(now) {
  if (now && now.seconds > WARN + 1) {
    if (dialog.open) dialog.close()
    return later(now.seconds - WARN)
  }
  if (!now) {
    heading.textContent = "Your session has ended"
    text.textContent = "Load this page again and sign in. Long texts are kept as drafts."
    form.hidden = true
  } else if (now.last) {
    text.textContent = "You have been signed in for ten hours. Save your work now, then sign in again."
    form.hidden = true
  }
  if (!dialog.open) dialog.showModal()
  if (now) later(Math.min(LOOK_AGAIN, now.seconds + 1))
}

async function look() {
  try {
    show(await ask({ headers: { "Portal-By-Itself": "1" } }))
  } catch {
    later(LOOK_AGAIN)
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  try {
    show(await ask({ method: "POST", body: new URLSearchParams(new FormData(form)) }))
  } catch {
    text.textContent = "No connection. Press again when the connection is back."
  }
})
// It is closed by its button alone.
dialog.addEventListener("cancel", (event) => event.preventDefault())
later(Number(dialog.dataset.seconds) - WARN)
