// Drawing a signature. Strokes are kept as points, so that turning the phone does not lose them.
const texts = JSON.parse(document.querySelector('meta[name="texts"]').content);
const pad = document.getElementById("pad");
const pen = pad.getContext("2d");
const confirmButton = document.getElementById("confirm");
const state = document.getElementById("state");
const WIDTH = 1200; // px of the picture sent
let strokes = []; // of [x, y], both in shares of the pad's width
let current = null;

function fit() {
  const { width, height } = pad.getBoundingClientRect();
  const density = window.devicePixelRatio || 1;
  pad.width = Math.round(width * density);
  pad.height = Math.round(height * density);
  draw(pen, pad.width);
}

function draw(onto, width) {
  onto.lineWidth = width / 110;
  onto.lineCap = onto.lineJoin = "round";
  onto.strokeStyle = onto.fillStyle = "#0b1a33";
  for (const stroke of strokes) {
    onto.beginPath();
    stroke.forEach(([x, y], index) => (index ? onto.lineTo(x * width, y * width) : onto.moveTo(x * width, y * width)));
    if (stroke.length === 1) onto.lineTo(stroke[0][0] * width + 0.1, stroke[0][1] * width);
    onto.stroke();
  }
}

function point(event) {
  const box = pad.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.width];
}

function redraw() {
  pen.clearRect(0, 0, pad.width, pad.height);
  draw(pen, pad.width);
  document.getElementById("hint").hidden = strokes.length > 0;
  confirmButton.disabled = strokes.length === 0;
}

pad.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  pad.setPointerCapture(event.pointerId);
  current = [point(event)];
  strokes.push(current);
  redraw();
});
pad.addEventListener("pointermove", (event) => {
  if (!current) return;
  const moves = event.getCoalescedEvents?.() ?? [];
  for (const move of moves.length ? moves : [event]) current.push(point(move));
  redraw();
});
for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => (current = null));

document.getElementById("clear").addEventListener("click", () => {
  strokes = [];
  state.textContent = "";
  redraw();
});

function picture() {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.round((WIDTH * pad.height) / pad.width);
  const onto = canvas.getContext("2d");
  onto.fillStyle = "#fff";
  onto.fillRect(0, 0, canvas.width, canvas.height);
  draw(onto, WIDTH);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

confirmButton.addEventListener("click", async () => {
  confirmButton.disabled = true;
  state.textContent = texts.sign_sending;
  let answer = null;
  try {
    answer = await fetch(location.pathname, { method: "POST", headers: { "Content-Type": "image/png" }, body: await picture() });
  } catch {
    state.textContent = texts.sign_failed;
  }
  if (answer?.ok) {
    finished();
    return;
  }
  if (answer) state.textContent = (await answer.json().catch(() => null))?.text ?? texts.sign_failed;
  confirmButton.disabled = false;
});

function finished() {
  state.textContent = texts.sign_done;
  document.getElementById("actions").hidden = true;
  document.body.classList.add("done");
  if (window.parent !== window) setTimeout(() => window.parent.postMessage("zhilu-done", location.origin), 1500);
  else document.getElementById("back").hidden = false;
}

new ResizeObserver(fit).observe(pad);
