// Tells the server what stands in the prompt box before it is sent, so that a reload does not lose it.
// A pause in typing is enough; leaving the page does not wait for one.

const PAUSE = 300

export default function ({ data, setStateValue }) {
  let timer = null
  let box = null

  // The box is read when it is told, not when it was typed into: by then it may have been sent, and is empty.
  const tell = () => {
    if (timer === null) return
    clearTimeout(timer)
    timer = null
    setStateValue("draft", { session: data.session, text: box.value, at: Date.now() })
  }

  const typed = (event) => {
    if (!event.target.closest?.(`.st-key-${data.box}`)) return
    box = event.target
    clearTimeout(timer)
    timer = setTimeout(tell, PAUSE)
  }

  document.addEventListener("input", typed, true)
  window.addEventListener("pagehide", tell)
  return () => {
    clearTimeout(timer)
    document.removeEventListener("input", typed, true)
    window.removeEventListener("pagehide", tell)
  }
}
