// What a presentation hears and does in the browser itself: full screen, the keys of a clicker, and an answer that grows is followed.

const ROOM = 48 // pixels from the end within which somebody still follows what comes
const STEP = 80

const scroller = () => document.querySelector('[data-testid="stMain"]')
const press = (name) => document.querySelector(`.st-key-present-${name} button:not(:disabled)`)?.click()

function toggleFullScreen() {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()
  done.catch(() => {})
}

const KEYS = {
  PageDown: () => press("next"),
  PageUp: () => press("back"),
  ArrowDown: () => scroller()?.scrollBy({ top: STEP }),
  ArrowUp: () => scroller()?.scrollBy({ top: -STEP }),
  f: toggleFullScreen,
}

let place = null

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const told = button.querySelector("span")
  const page = scroller()
  const stage = document.querySelector(".st-key-present")

  const tell = () => (told.textContent = document.fullscreenElement ? "Leave full screen" : "Full screen")
  button.onclick = toggleFullScreen
  button.hidden = !document.fullscreenEnabled
  tell()

  const focused = () => document.activeElement?.shadowRoot?.activeElement ?? document.activeElement

  // What was clicked with a mouse keeps the focus, and Space would press it again; what was reached with Tab is pressed, and it alone.
  const clicked = (event) => event.detail > 0 && event.target.closest(".st-key-present, .st-key-present-bar") && focused()?.blur()

  const heard = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const at = focused()
    if (event.key === " " && at?.matches("button, summary, a")) return event.stopPropagation()
    const act = KEYS[event.key]
    if (!act || at?.matches("input, textarea, [contenteditable]")) return
    event.preventDefault()
    act()
  }

  if (place !== data.place && page) page.scrollTop = 0
  place = data.place

  let follows = data.playing
  const looked = () => (follows = data.playing && page.scrollHeight - page.scrollTop - page.clientHeight < ROOM)
  const grown = new ResizeObserver(() => follows && page.scrollTo({ top: page.scrollHeight }))
  if (page && stage) {
    page.addEventListener("scroll", looked, { passive: true })
    grown.observe(stage)
  }
  window.addEventListener("keydown", heard, true)
  document.addEventListener("click", clicked)
  document.addEventListener("fullscreenchange", tell)
  return () => {
    grown.disconnect()
    page?.removeEventListener("scroll", looked)
    window.removeEventListener("keydown", heard, true)
    document.removeEventListener("click", clicked)
    document.removeEventListener("fullscreenchange", tell)
  }
}
