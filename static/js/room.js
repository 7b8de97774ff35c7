// A screen that shows nothing: looks every few seconds whether the room, and so what it may show, has changed.
const room = document.getElementById("live")
setInterval(async () => {
  if (document.hidden) return
  try {
    const answer = await fetch(room.dataset.url, { headers: { "Portal-By-Itself": "1" }, cache: "no-store" })
    if (answer.redirected || !answer.ok) return
    const now = await answer.json()
    if (now.sight !== room.dataset.sight || now.state !== room.dataset.state) window.location.reload()
  } catch { /* no connection: it goes on showing nothing */ }
}, 4000)
