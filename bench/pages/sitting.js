// Goes before distant.js into the pages of guests who take their own part in a shot: their cutout worker
// is the product's, on the real camera. In between it sees a few frames a second only, as another machine
// pays for the rest; from a second before a shot's instant it sees them all.
window.cuts = true;
const SELDOM = 4; // frames a second
const ALL = 30;
const AFTER_MS = 500;

const opened = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
let camera = null;
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await opened(wanted);
  if (wanted.video) {
    [camera] = stream.getVideoTracks();
    void see(SELDOM);
  }
  return stream;
};

const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, transfer) {
  if (message.type === "expose") {
    void see(ALL);
    setTimeout(() => void see(SELDOM), message.at + AFTER_MS - Date.now());
  }
  return post.call(this, message, transfer);
};

const see = (rate) => camera?.applyConstraints({ frameRate: { max: rate } });
