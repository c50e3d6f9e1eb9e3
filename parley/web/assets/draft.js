// Tells the server what stands in the prompt box before it is sent, so that a reload does not lose it.
// A pause in typing is enough; leaving the page does not wait for one.

const PAUSE = 300

export default function ({ data, setStateValue }) {
  let timer = null
  let pending = null

  const tell = () => {
    clearTimeout(timer)
    timer = null
    if (pending !== null) setStateValue("draft", { session: data.session, text: pending })
    pending = null
  }

  const typed = (event) => {
    if (!event.target.closest?.(`.st-key-${data.box}`)) return
    pending = event.target.value
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
