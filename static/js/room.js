// A page of the wall that draws nothing by itself: looks every few seconds whether the room, and so what it may show, has
// changed. Whoever may not ask any more, or is signed out, loads the page again and finds nothing of the child.
const room = document.getElementById("live")
setInterval(async () => {
  if (document.hidden) return
  try {
    const answer = await fetch(room.dataset.url, { headers: { "Portal-By-Itself": "1" }, cache: "no-store" })
    if (answer.status >= 500) return
    if (answer.redirected || !answer.ok) return window.location.reload()
    const now = await answer.json()
    if (now.sight !== room.dataset.sight || now.state !== room.dataset.state) window.location.reload()
  } catch { /* no connection: it goes on as it is */ }
}, 4000)
