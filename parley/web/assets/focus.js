// Brings before a person what they asked for: a cell, or the cursor at the end of a box, where whoever works with the keyboard types on.

export default function ({ data }) {
  let tries = 30
  const find = () => {
    const found = document.querySelector(data.cell ? `.st-key-${data.cell}` : `.st-key-${data.box} textarea`)
    if (found === null) return tries-- > 0 && requestAnimationFrame(find)
    if (data.cell) {
      const { top } = found.getBoundingClientRect()
      found.style.scrollMarginTop = "4rem"
      return top >= 0 && top < innerHeight / 2 ? undefined : found.scrollIntoView()
    }
    found.focus()
    found.setSelectionRange(found.value.length, found.value.length)
  }
  find()
}
