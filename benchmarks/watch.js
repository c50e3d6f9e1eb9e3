// Put into every page before its own scripts: looks at what is painted, the same way in every app.
// `painted(prompt)` gives the text on screen of the answer to that prompt, or "" while there is none.
(painted) => {
  if (window !== window.top) return
  const seen = { bytes: 0, enter: null, first: null, last: null, task: 0, gap: 0, text: "" }
  window.benchmark = seen

  seen.expect = (prompt) => {
    Object.assign(seen, { prompt, bytes: 0, enter: null, first: null, last: null, task: 0, gap: 0, text: "" })
  }
  seen.quiet = () => (seen.last === null ? 0 : performance.now() - seen.last)

  const size = (data) => data.byteLength ?? data.size ?? new Blob([data]).size
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given)
      this.addEventListener("message", (event) => { seen.bytes += size(event.data) })
    }
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && seen.prompt && seen.enter === null) seen.enter = performance.now()
  }, true)

  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
      if (seen.enter !== null && task.startTime + task.duration > seen.enter) seen.task = Math.max(seen.task, task.duration)
    }
  }).observe({ type: "longtask" })

  // A message posted from an animation frame arrives when that frame has been painted.
  const afterPaint = new MessageChannel()
  let inFrame = ""
  afterPaint.port1.onmessage = () => {
    if (inFrame === seen.text) return
    seen.text = inFrame
    seen.last = performance.now()
    seen.first ??= seen.last
  }

  let changed = false
  let former = null
  const frame = (now) => {
    if (seen.enter !== null && former !== null && former > seen.enter) seen.gap = Math.max(seen.gap, now - former)
    former = now
    if (changed && seen.enter !== null) {
      changed = false
      inFrame = painted(seen.prompt)
      afterPaint.port2.postMessage(null)
    }
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  new MutationObserver(() => { changed = true }).observe(document, { subtree: true, childList: true, characterData: true })
}
