// Shows how sure the model was of each token, and on a tap what else it might have said there; choosing one of these tells the server.

const LEVELS = [[0.9, "sure"], [0.5, "likely"], [0.2, "open"]]
const ROOM = 8 // pixels between a token and its alternatives

const level = (chance) => (chance === null ? "untold" : (LEVELS.find(([least]) => chance >= least)?.[1] ?? "unlikely"))

function percent(chance) {
  if (chance === null) return "not told"
  const told = chance * 100
  if (told < 0.01) return "under 0.01%"
  return `${told >= 99.95 ? "100" : told >= 10 ? told.toFixed(0) : told >= 1 ? told.toFixed(1) : told.toFixed(2)}%`
}

const visible = (text) => text.replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥")

function made(tag, className, text) {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

function listed(alternatives) {
  return alternatives.slice(0, 5).map(([text, chance]) => `${text === "" ? "the end" : visible(text)} ${percent(chance)}`)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const text = parentElement.querySelector(".tokens")
  const panel = parentElement.querySelector(".panel")
  const box = parentElement.querySelector(".box")
  let now = -1

  const token = (place, [said, chance, alternatives]) => {
    const one = made("span", `token ${level(chance)}`, said.replace(/\n/g, "↵\n"))
    one.setAttribute("role", "button")
    one.setAttribute("aria-label", `${visible(said)}, ${percent(chance)}`)
    one.title = [percent(chance), ...listed(alternatives)].join("\n")
    one.dataset.place = place
    one.tabIndex = place === 0 ? 0 : -1
    return one
  }

  const spans = data.tokens.map((one, place) => token(place, one))
  const lead = data.lead ? [made("span", "lead", data.lead)] : []
  text.replaceChildren(...lead, ...spans)

  const close = (back) => {
    spans[now]?.classList.remove("chosen")
    panel.hidden = true
    box.style.minHeight = ""
    if (back) spans[now]?.focus()
    now = -1
  }

  const fork = (place, number) => {
    panel.querySelectorAll("button").forEach((one) => (one.disabled = true))
    panel.querySelector(".why").textContent = "Forking…"
    setTriggerValue("fork", { token: data.first + place, other: number })
  }

  const other = (place, number, [said, chance, usable]) => {
    const row = made("button", "other")
    row.type = "button"
    row.disabled = !usable || !data.forks
    const came = usable && said === data.tokens[place][0]
    const words = said === "" ? "the end of the answer" : usable ? visible(said) : `${visible(said)} (part of a sign, or an end mark)`
    const bar = made("span", "bar")
    bar.style.width = `${Math.max(1, Math.round(chance * 100))}%`
    row.append(bar, made("span", "said", words), made("span", "came", came ? "came" : ""), made("span", "chance", percent(chance)))
    row.setAttribute("aria-label", `${came ? "Go on after" : "Fork with"} ${words}, ${percent(chance)}`)
    row.onclick = () => fork(place, number)
    return row
  }

  const again = (place) => {
    const row = made("button", "other again", data.again.label)
    row.type = "button"
    row.onclick = () => fork(place, data.again.other)
    return row
  }

  const put = (place) => {
    const around = box.getBoundingClientRect()
    const at = spans[place].getClientRects()[0] ?? spans[place].getBoundingClientRect()
    panel.style.top = `${at.bottom - around.top + ROOM}px`
    panel.style.left = `${Math.max(0, Math.min(at.left - around.left, around.width - panel.offsetWidth))}px`
    const lowest = at.bottom - around.top + ROOM + panel.offsetHeight
    if (lowest > around.height) box.style.minHeight = `${lowest}px`
    panel.scrollIntoView({ block: "nearest" })
  }

  const open = (place) => {
    const shown = place === now
    close(false)
    if (shown) return
    now = place
    const [said, chance, alternatives] = data.tokens[place]
    const shut = made("button", "shut", "Close")
    shut.type = "button"
    shut.onclick = () => close(true)
    const head = made("div", "head")
    head.append(made("strong", "", visible(said)), made("span", "", percent(chance)), shut)
    panel.replaceChildren(head, made("p", "why", alternatives.length ? data.why : data.none), ...alternatives.map((one, number) => other(place, number, one)))
    if (data.forks && (data.first + place > 0 || data.lead)) panel.append(again(place))
    panel.setAttribute("aria-label", `What else might have stood in the place of ${visible(said)}`)
    panel.hidden = false
    spans[place].classList.add("chosen")
    put(place)
  }

  const go = (place) => {
    if (place < 0 || place >= spans.length) return
    spans.forEach((one) => (one.tabIndex = -1))
    spans[place].tabIndex = 0
    spans[place].focus()
  }

  text.onclick = (event) => {
    const place = event.target.dataset?.place
    if (place !== undefined) open(Number(place))
  }
  box.onkeydown = (event) => {
    if (event.key === "Escape" && now >= 0) return close(true)
    const place = event.target.dataset?.place
    if (place === undefined) return
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step) go(Number(place) + step)
    else if (event.key === "Enter" || event.key === " ") {
      open(Number(place))
      panel.querySelector("button:not(:disabled)")?.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return () => close(false)
}
