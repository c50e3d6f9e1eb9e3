// Files that are chosen in the prompt box, pasted into it, or dropped anywhere on the page go to an uploader of their own, which hands
// them over before anything is sent: only so can they be looked at, made smaller and taken away again first.

// The server's word where a file may go is lost when a run of the page begins at that moment: no file shows, and it is asked again.
const PATIENCE = 2000

// These outlive the mount: it is mounted again whenever files came in.
let round = null
let told = null
let waiting = []
let pending = false
let wanted = false
let large = []
let again = null

const put = (input, files) => {
  const held = new DataTransfer()
  for (const file of files) held.items.add(file)
  input.files = held.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
}

export default function ({ data, setTriggerValue }) {
  const box = () => document.querySelector(`.st-key-${data.box}`)
  const into = () => document.querySelector(`.st-key-${data.into}`)
  const input = () => into()?.querySelector("input[type=file]")
  const button = () => box()?.querySelector('[data-testid="stChatInputSubmitButton"]')

  const shown = () => [...(into()?.querySelectorAll('[data-testid="stFileChip"]') ?? [])]

  const insist = (files, from) => {
    clearInterval(again)
    again = setInterval(() => {
      if (!pending || round !== from || shown().length) clearInterval(again)
      else if (input()) put(input(), files)
    }, PATIENCE)
  }

  const feed = () => {
    if (pending || waiting.length === 0 || !input()) return
    const files = waiting.splice(0)
    pending = true
    put(input(), files)
    insist(files, round)
  }

  // Told when nothing is on its way: it begins a run of the page.
  const tell = () => {
    if (!pending && large.length) setTriggerValue("refused", large.splice(0))
  }

  const take = (files) => {
    large.push(...files.filter((file) => file.size > data.limit).map(({ name, size }) => ({ name, size })))
    waiting.push(...files.filter((file) => file.size <= data.limit))
    feed()
    tell()
  }

  const chosen = (event) => {
    const from = event.target
    if (from?.type !== "file" || !from.closest(`.st-key-${data.box}`) || !input()) return
    event.stopImmediatePropagation()
    const files = [...from.files]
    from.value = ""
    take(files)
  }

  const pasted = (event) => {
    const files = [...(event.clipboardData?.files ?? [])]
    const here = event.target === document.body || event.target.closest?.(`.st-key-${data.box}`)
    if (!here || !files.length || event.clipboardData.getData("text/plain") || !input()) return
    event.preventDefault()
    event.stopImmediatePropagation()
    take(files)
  }

  const elsewhere = (event) =>
    !event.dataTransfer?.types.includes("Files") || event.target.closest?.('[data-testid="stFileUploader"], [role="dialog"]')

  const over = (event) => elsewhere(event) || event.preventDefault()

  // What the box itself knows of the drag ends with a drop of nothing.
  const dropped = (event) => {
    const files = [...(event.dataTransfer?.files ?? [])]
    if (elsewhere(event) || !files.length || !input()) return
    event.preventDefault()
    event.stopImmediatePropagation()
    event.target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }))
    take(files)
  }

  // Who sends while a file is on its way means to send it, too.
  const held = (event) => {
    const sends = event.type === "click" ? button()?.contains(event.target) : event.key === "Enter" && !event.shiftKey && !event.isComposing
    if (!pending || !sends || !box()?.contains(event.target)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    wanted = true
  }

  const look = () => {
    const chips = shown()
    const broken = chips.filter((chip) => chip.querySelector('[data-testid="stFileChipIconError"]'))
    const names = broken.map((chip) => ({ name: chip.querySelector('[data-testid="stFileChipName"]')?.textContent ?? "", size: 0 }))
    const going = chips.some((chip) => chip.querySelector('[data-testid="stFileChipIconSpinner"]'))
    if (!pending || going || !names.length || told === round) return
    told = round
    wanted = false
    setTriggerValue("refused", names)
  }
  const failed = new MutationObserver(look)

  if (round !== data.round) {
    round = data.round
    pending = false
    if (waiting.length) setTimeout(feed)
    else if (wanted) {
      wanted = false
      setTimeout(() => button()?.click())
    }
    setTimeout(tell)
  }
  document.addEventListener("change", chosen, true)
  document.addEventListener("paste", pasted, true)
  document.addEventListener("dragover", over, true)
  document.addEventListener("drop", dropped, true)
  document.addEventListener("keydown", held, true)
  document.addEventListener("click", held, true)
  if (into()) failed.observe(into(), { childList: true, subtree: true })
  look()
  return () => {
    document.removeEventListener("change", chosen, true)
    document.removeEventListener("paste", pasted, true)
    document.removeEventListener("dragover", over, true)
    document.removeEventListener("drop", dropped, true)
    document.removeEventListener("keydown", held, true)
    document.removeEventListener("click", held, true)
    failed.disconnect()
  }
}
