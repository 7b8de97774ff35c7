// What others do in the meeting, without loading the page: asked for every few seconds, drawn only where nobody types.
// Of what is typed nothing is kept in the browser. Without this the page works as any other.
const live = document.getElementById("live")
const EVERY = 4000
const BY_ITSELF = { "Portal-By-Itself": "1" } // such a question keeps no session alive
const line = live.querySelector(".app-live__connection") // what the page says about itself
const parts = () => Array.from(document.querySelectorAll("form.app-part"))
const dirty = new Set() // parts with something typed that is not saved yet
const strokes = new Map() // how often something was typed in a part, and how often when it was last sent
const sent = new Map()
const waiting = new Set() // parts whose saving failed for want of a connection
let changes = Number(live.dataset.changes)
let connected = true
let signedOut = false

live.hidden = false

// ---------------------------------------------------------------- typed, saved, not saved
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form.app-part")
  if (!form) return
  dirty.add(form.id)
  strokes.set(form.id, (strokes.get(form.id) || 0) + 1)
})
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest?.("form.app-part")
  if (form) sent.set(form.id, strokes.get(form.id))
})
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt.closest?.("form.app-part")
  if (!form || !event.detail.successful) return
  waiting.delete(form.id)
  // One that is drawn anew is saved unless it says what is wrong.
  const saved = form.isConnected ? form.querySelector(".app-part__at") : !document.getElementById(form.id)?.querySelector(".govuk-error-message")
  // What was typed while it was on its way is still to be sent.
  if (saved && strokes.get(form.id) === sent.get(form.id)) dirty.delete(form.id)
})
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = event.detail.elt.closest?.("form.app-part")
    if (form) waiting.add(form.id)
    connection(false)
  })
}
// A form with a button alone would leave the page for an error of the browser's: it waits instead.
document.addEventListener("submit", (event) => {
  const form = event.target
  if (connected || !form.matches("form.app-part") || form.hasAttribute("hx-post")) return
  event.preventDefault()
  waits(form)
})
function waits(form) {
  waiting.add(form.id)
  say(form.querySelector(".app-part__saved"), "No connection. This is sent as soon as it is back.")
}
// Who is on their way to another page is not cut short by loading this one again: the next question finds the same
// reason once more.
let leftAt = 0
window.addEventListener("beforeunload", () => { leftAt = Date.now() })

// What saves itself is saved first. What does not, or is refused, stays on the page until its writer has seen to it.
function loadAgain(why) {
  if (Date.now() - leftAt <= 3 * EVERY) return
  const typed = parts().filter((form) => dirty.has(form.id))
  if (typed.length === 0) return window.location.reload()
  for (const form of typed) {
    if (form.hasAttribute("hx-post") && sent.get(form.id) !== strokes.get(form.id)) htmx.trigger(form, "submit")
  }
  const again = document.createElement("a")
  again.className = "govuk-link"
  again.href = live.dataset.page
  again.textContent = "Load this page again"
  line.replaceChildren(`${why} What you type stays here until you do: `, again)
}
window.addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault()
})
function tell(words) {
  line.textContent = words
  if (!live.isConnected) document.getElementById("main-content").replaceChildren(line)
}

function connection(is) {
  if (is === connected) return
  connected = is
  line.textContent = is ? "" : "No connection. What you type stays on this page and is sent when the connection is back."
  document.body.classList.toggle("app-not-connected", !is)
  if (!is) return
  for (const id of waiting) {
    const form = document.getElementById(id)
    if (!form) waiting.delete(id)
    else if (form.hasAttribute("hx-post")) htmx.trigger(form, "submit")
    else { waiting.delete(id); form.requestSubmit() }
  }
}

// ---------------------------------------------------------------- asking
function writingIn() {
  const form = document.activeElement?.closest?.("form.app-part")
  return form && dirty.has(form.id) ? form.id.replace(/^part-/, "") : ""
}

async function ask() {
  if (signedOut || document.hidden) return
  const at = writingIn()
  try {
    const answer = await fetch(`${live.dataset.url}${live.dataset.url.includes("?") ? "&" : "?"}at=${at}`, { headers: at ? {} : BY_ITSELF, cache: "no-store" })
    if (answer.redirected || !answer.ok) return gone(answer)
    connection(true)
    show(await answer.json())
  } catch {
    connection(false)
  }
}

function gone(answer) {
  if (answer.status >= 500) return connection(false)
  signedOut = true
  line.textContent = answer.redirected
    ? "You have been signed out. Copy what is not saved, load this page again and sign in."
    : "You can no longer see this meeting."
}

function show(now) {
  live.querySelector(".app-live__here").textContent = now.others
  live.querySelector(".app-live__here").title = now.here.join(", ")
  for (const line of document.querySelectorAll(".app-part__writer")) line.remove()
  for (const each of now.writing) {
    const foot = document.querySelector(`#part-${CSS.escape(each.part)} .app-part__foot`)
    if (!foot) continue
    const line = document.createElement("p")
    line.className = "app-part__writer"
    line.textContent = `${each.who} writes here`
    foot.append(line)
  }
  if (now.sight !== live.dataset.sight) see(now.sight)
  if (now.state !== live.dataset.state) return loadAgain("The meeting has started or ended.")
  familyThere(now.family)
  if (live.dataset.stage && now.stage !== live.dataset.stage) return loadAgain("The meeting has gone on.")
  if (live.isConnected && now.changes !== changes) refresh(now.changes)
}

// ---------------------------------------------------------------- what this screen may show
// What it may show no longer goes at once, whoever types in it; the words become a draft.
function see(sight) {
  live.dataset.sight = sight
  changes = -1
  if (sight === "open") for (const each of document.querySelectorAll("[data-apart]")) takeAway(each)
}

// The family comes in: what is on one's own screen alone goes at once, also where its reader may see no less by that.
let family = live.dataset.family === "yes"
function familyThere(is) {
  if (is && !family) for (const each of document.querySelectorAll("[data-apart]")) takeAway(each)
  family = is
}

function takeAway(part) {
  for (const form of parts()) {
    if (!part.contains(form) || !(dirty.has(form.id) || waiting.has(form.id))) continue
    window.drafts?.note(form, true)
    dirty.delete(form.id)
    waiting.delete(form.id)
  }
  part.remove()
  window.drafts?.flush()
}

// ---------------------------------------------------------------- the clock of the slot
function clock() {
  const line = document.querySelector("[data-clock]")
  if (!line) return
  line.began ??= Date.now()
  const gone = Number(line.dataset.clock) + Math.floor((Date.now() - line.began) / 1000)
  const left = Number(line.dataset.minutes) * 60 - gone
  const over = Math.floor(-left / 60)
  const [number, unit] = over >= 60 ? [Math.floor(over / 60), "hour"] : [over, "minute"]
  const late = over ? `Over by ${number} ${unit}${number === 1 ? "" : "s"}` : "Time is up"
  const words = left > 0 ? `${Math.floor(gone / 60)}:${String(gone % 60).padStart(2, "0")}` : late
  line.querySelector("b").textContent = words
  if (left <= 0) line.querySelector("span").textContent = ""
  line.classList.toggle("app-meet__time--over", left <= 0)
}
clock()
setInterval(clock, 1000)

// ---------------------------------------------------------------- what others wrote
async function refresh(to) {
  let text
  try {
    const answer = await fetch(live.dataset.page, { headers: BY_ITSELF, cache: "no-store" })
    if (answer.redirected || !answer.ok) return gone(answer)
    text = await answer.text()
  } catch {
    return connection(false)
  }
  const page = new DOMParser().parseFromString(text, "text/html")
  const there = page.getElementById("live")
  if (!there || there.dataset.state !== live.dataset.state) return loadAgain("The meeting has started or ended.")
  if (family && there.dataset.family !== "yes") return // it was asked for before they came: the next question asks again
  if (there.dataset.sight !== live.dataset.sight) see(there.dataset.sight)
  familyThere(there.dataset.family === "yes")
  if (!live.isConnected) return
  const complete = Array.from(document.querySelectorAll(".app-item")).map((item) => draw(item, page.getElementById(item.id))).every(Boolean)
  const strange = Array.from(page.querySelectorAll(".app-item")).some((item) => !document.getElementById(item.id))
  for (const id of ["strip", "today", "steps", "agreed", "notices"]) {
    const old = document.getElementById(id)
    if (old && !old.contains(document.activeElement)) swap(old, page.getElementById(id))
  }
  if (there.dataset.family !== live.dataset.family || strange) return loadAgain("The agenda has changed.")
  if (complete) changes = to
}

// One item: not while something in it is typed and not saved. What is no longer there is gone at once, its words kept.
function draw(item, fresh) {
  if (!fresh) { takeAway(item); return true }
  const focus = item.contains(document.activeElement) ? document.activeElement : null
  if (focus && !(focus.tagName === "BUTTON" && focus.id)) return false
  if (parts().some((form) => item.contains(form) && (dirty.has(form.id) || waiting.has(form.id)))) return false
  item.querySelectorAll("details").forEach((each, number) => {
    if (each.open) fresh.querySelectorAll("details")[number]?.setAttribute("open", "")
  })
  for (const said of item.querySelectorAll(".app-part__saved")) {
    const place = fresh.querySelector(`#${CSS.escape(said.id)}`)
    if (place && !place.childElementCount) place.replaceChildren(...said.childNodes)
  }
  swap(item, fresh)
  if (focus) document.getElementById(focus.id)?.focus()
  return true
}

function swap(old, fresh) {
  if (!old || !fresh) return
  const next = document.importNode(fresh, true)
  old.replaceWith(next)
  window.htmx?.process(next)
  window.portal?.init(next)
  window.drafts?.restore(next)
}

setInterval(ask, EVERY)
window.addEventListener("online", ask)
document.addEventListener("visibilitychange", ask)
document.addEventListener("focusout", () => setTimeout(ask, 300))
ask()
