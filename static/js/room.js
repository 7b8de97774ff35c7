// A page of the wall that draws nothing by itself: looks every few seconds whether the room, and so what it may show, has
// changed. Whoever may not ask any more, or is signed out, loads the page again and finds nothing of the child.
// Without a connection for half a minute nobody knows who came in: it shows nothing until it has asked again.
const room = document.getElementById("live")
const PATIENCE = 30000
let heard = Date.now()
setInterval(async () => {
  if (document.hidden) return
  try {
    const answer = await fetch(room.dataset.url, { headers: { "Portal-By-Itself": "1" }, cache: "no-store" })
    if (answer.status >= 500) return dark()
    if (answer.redirected || !answer.ok) return window.location.reload()
    const now = await answer.json()
    heard = Date.now()
    document.querySelector("main").hidden = false
    if (now.sight !== room.dataset.sight || now.state !== room.dataset.state) window.location.reload()
  } catch { dark() }
}, 4000)

function dark() {
  if (Date.now() - heard >= PATIENCE) document.querySelector("main").hidden = true
}
