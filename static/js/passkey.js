// A passkey that was not shown, or not in time: say so on the page, not only to whoever opens the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault()
  const problem = document.getElementById("passkey-problem")
  if (problem) problem.hidden = false
})
