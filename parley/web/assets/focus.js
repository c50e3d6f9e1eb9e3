// Puts the cursor at the end of a box that a person asked for: whoever works with the keyboard types on.

export default function ({ data }) {
  let tries = 30
  const focus = () => {
    const box = document.querySelector(`.st-key-${data.box} textarea`)
    if (box === null) return tries-- > 0 && requestAnimationFrame(focus)
    box.focus()
    box.setSelectionRange(box.value.length, box.value.length)
  }
  focus()
}
