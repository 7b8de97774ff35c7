// Long writing is saved as a draft while it is typed, and put back when its writer opens the form again.
// Nothing is kept in the browser. Without this the form simply posts.
const WAIT = 2000
const AGAIN = 4000
const waiting = new Map() // key: a draft that is typed and not saved yet
let restoring = false
let sending = Promise.resolve()

const markOf = (form) => form?.querySelector?.("input[type=hidden][name=draft]")
const urlOf = (key) => `/drafts/${encodeURIComponent(key)}/`

function say(mark, words) {
  const line = mark.nextElementSibling
  if (line?.classList.contains("app-draft")) line.textContent = words
}

function typed(form) {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "draft") body.append(name, value)
  return body
}

// What stands in the form now, to be saved soon. A form that is taken off the page stays a draft, whatever it still sends.
function note(form, gone = false) {
  const mark = markOf(form)
  if (!mark) return
  if (gone) form.dataset.gone = ""
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value
  waiting.set(mark.value, { mark, token, body: typed(form) })
}

let timer
document.addEventListener("input", (event) => {
  const form = event.target.form
  if (restoring || !markOf(form)) return
  note(form)
  clearTimeout(timer)
  timer = setTimeout(flush, WAIT)
})

async function save(key, draft, leaving = false) {
  const options = { method: "POST", body: draft.body, headers: { "X-CSRFToken": draft.token }, keepalive: leaving }
  const answer = await fetch(urlOf(key), options)
  if (answer.redirected || answer.status === 403) return say(draft.mark, "You are signed out. Sign in again in another tab; your text stays here.")
  const told = await answer.json()
  say(draft.mark, told.at ? `Draft saved ${told.at}` : told.error)
  return Boolean(told.at)
}

// Saves what waits, which waits until it is saved; tries again where there is no connection.
async function send() {
  clearTimeout(timer)
  for (const [key, draft] of Array.from(waiting)) {
    try {
      await save(key, draft)
      if (waiting.get(key) === draft) waiting.delete(key)
    } catch {
      say(draft.mark, "No connection. Your text stays on this page and is saved when the connection is back.")
      timer = setTimeout(flush, AGAIN)
    }
  }
}
function flush() {
  sending = sending.then(send)
  return sending
}

// ---------------------------------------------------------------- leaving the page
window.addEventListener("pagehide", () => { for (const [key, draft] of waiting) save(key, draft, true).catch(() => {}) })
window.addEventListener("online", flush)
// A form that is sent needs no draft of its own; what is typed in another is saved first.
const passed = new WeakSet()
function sent(form) {
  const mark = markOf(form)
  if (mark && form.dataset.gone === undefined) waiting.delete(mark.value)
}
// A form that waits is sent once the portal has its draft: where the connection is away it stays on the page till then.
const pause = () => new Promise((on) => { setTimeout(on, AGAIN); window.addEventListener("online", on, { once: true }) })
async function sendOnceSaved(form, submitter) {
  if (form.dataset.waits) return
  form.dataset.waits = "now"
  const mark = markOf(form)
  for (let saved; saved === undefined;) {
    note(form)
    const draft = waiting.get(mark.value)
    try {
      saved = await save(mark.value, draft) ?? false
    } catch {
      say(mark, "No connection. This is sent as soon as it is back. Leave the page open.")
      await pause()
    }
    if (saved) { passed.add(form); form.requestSubmit(submitter) }
  }
  form.dataset.waits = ""
}
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return
  if ("waits" in event.target.dataset && !passed.has(event.target)) {
    event.preventDefault()
    return sendOnceSaved(event.target, event.submitter)
  }
  sent(event.target)
  if (event.target.hasAttribute("hx-post") || passed.delete(event.target) || !waiting.size) return
  const { target: form, submitter } = event
  event.preventDefault()
  flush().then(() => { passed.add(form); form.requestSubmit(submitter) })
})
document.addEventListener("htmx:beforeRequest", (event) => sent(event.detail.elt))
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt
  const mark = markOf(form)
  if (!mark || form.tagName !== "FORM") return // drawn anew: what it sent stands in the new one
  const leads = event.detail.xhr.getResponseHeader("HX-Redirect") // saved, and on to another page
  if (leads || event.detail.successful && form.querySelector(".app-part__at")) return say(mark, "")
  note(form)
  flush()
})
// What somebody writes in or presses just now is not drawn over by what was saved a moment ago.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const typing = "keepTyped" in detail.target.dataset && detail.target.contains(document.activeElement)
  if (typing || detail.target.querySelector("button:active")) detail.shouldSwap = false
})

// ---------------------------------------------------------------- putting back
function fill(form, fields) {
  const named = new Map()
  for (const [name, value] of fields) named.set(name, [...(named.get(name) ?? []), value])
  for (const box of form.elements) {
    // Of what the page carries itself: which version was written on, and the key that makes a second post a no-op.
    if (!box.name || box.type === "file" || (box.type === "hidden" && !/(^|-)(version|seen|was|form_token)$/.test(box.name))) continue
    const values = named.get(box.name)
    if (box.type === "checkbox" || box.type === "radio") {
      box.checked = Boolean(values?.includes(box.value))
      if (box.checked) box.dispatchEvent(new Event("click", { bubbles: true })) // opens what the answer reveals
    } else if (box.multiple) {
      for (const each of box.options) each.selected = Boolean(values?.includes(each.value))
    } else if (values?.length) box.value = values.shift()
  }
}

function offerDiscard(mark, at) {
  say(mark, `Draft of ${at} put back. `)
  const form = mark.form
  const button = document.createElement("button")
  button.type = "button"
  button.className = "app-link-button"
  button.textContent = "Delete the draft"
  button.addEventListener("click", async () => {
    waiting.delete(mark.value)
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value
    await fetch(`${urlOf(mark.value)}discard/`, { method: "POST", headers: { "X-CSRFToken": token } })
    window.location.reload()
  })
  mark.nextElementSibling?.append(button)
}

async function restore(scope) {
  // A form that came back with errors holds what was typed last.
  const marks = Array.from(scope.querySelectorAll("input[type=hidden][name=draft]:not([data-typed])"))
  if (!marks.length) return
  const asked = new URLSearchParams(marks.map((mark) => ["key", mark.value]))
  let found
  try {
    const answer = await fetch(`/drafts/found/?${asked}`, { headers: { "Portal-By-Itself": "1" }, cache: "no-store" })
    if (answer.redirected || !answer.ok) return
    found = await answer.json()
  } catch {
    return
  }
  restoring = true
  for (const mark of marks) {
    const draft = found[mark.value]
    if (!draft || waiting.has(mark.value)) continue
    fill(mark.form, draft.fields)
    for (let around = mark.form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true
    mark.form.dispatchEvent(new Event("input", { bubbles: true }))
    offerDiscard(mark, draft.at)
  }
  restoring = false
}

window.drafts = { note, flush, restore }
restore(document)
