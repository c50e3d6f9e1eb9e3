// Puts the text it was given on the clipboard and says so; where a page may not use the clipboard, a selection does it.

const SHOWN = 1600

async function put(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const box = Object.assign(document.createElement("textarea"), { value: text })
    box.style.cssText = "position: fixed; opacity: 0"
    document.body.append(box)
    box.select()
    const done = document.execCommand("copy")
    box.remove()
    return done
  }
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const told = button.querySelector("[role=status]")
  let timer = null

  button.onclick = async () => {
    told.textContent = (await put(data.text)) ? "Copied" : "Not allowed here"
    clearTimeout(timer)
    timer = setTimeout(() => (told.textContent = "Copy"), SHOWN)
  }
  return () => clearTimeout(timer)
}
