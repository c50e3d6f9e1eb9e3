// Tells the server what stands in the prompt box before it is sent, so that neither a reload nor another page loses it.
// A pause in typing is enough; leaving the box or the page does not wait for one. Where there is a keyboard, it opens on the box:
// from there the cells are a few steps back, and the sidebar is not on the way.

const PAUSE = 300

// These outlive the mount: mounting again does not tell the same again, and a server that was started again, or forgot this page
// while the line was down, fills the box with less than stands in it.
let told = ""
let tab = null
let last = { session: null, text: "" }

function put(box, text) {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text)
  box.dispatchEvent(new Event("input", { bubbles: true }))
}

export default function ({ data, setStateValue }) {
  const field = () => document.querySelector(`.st-key-${data.box} textarea`)
  let timer = null

  // The box is read when it is told, not when it was typed into: by then it may have been sent, and is empty.
  const tell = () => {
    const box = field()
    if (timer === null || box === null) return
    clearTimeout(timer)
    timer = null
    told = box.value
    last = { session: data.session, text: told }
    setStateValue("draft", { session: data.session, text: told, at: Date.now() })
  }

  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(tell, PAUSE)
  }

  const typed = (event) => {
    if (event.target !== field()) return
    last = { session: data.session, text: event.target.value }
    soon()
  }

  // Told when a finger or the mouse goes down elsewhere, and not when it is lifted: told together with a change of page, it would
  // bring the former page back. Not for the box's own button: what is being sent is no draft.
  const left = (event) => {
    const to = event.type === "focusout" ? event.relatedTarget : event.target
    if (!to?.closest(`.st-key-${data.box}`)) tell()
  }

  document.addEventListener("input", typed, true)
  document.addEventListener("pointerdown", left, true)
  document.addEventListener("focusout", left, true)
  window.addEventListener("pagehide", tell)
  if (document.activeElement === document.body && matchMedia("(pointer: fine)").matches) field()?.focus()
  if (tab !== null && tab !== data.tab && last.session === data.session) {
    const { text } = last
    setTimeout(() => field() && field().value !== text && put(field(), text), PAUSE)
  }
  tab = data.tab
  const early = field()?.value
  if (early && early !== told) soon()
  return () => {
    clearTimeout(timer)
    document.removeEventListener("input", typed, true)
    document.removeEventListener("pointerdown", left, true)
    document.removeEventListener("focusout", left, true)
    window.removeEventListener("pagehide", tell)
  }
}
