// The states there are to look at, by name.
import { texts } from "../../i18n";
import type { CameraProblem, ClosedBy } from "../../state";
import { showDiagnostics } from "../diagnostics";
import { narrow } from "../settings";
import { chosen } from "../backdrops";
import { friendWanted } from "../friend";
import { makeOpen } from "../wishes";
import { guest, type FakeBooth } from "./fake";

interface State {
  set?: (booth: FakeBooth) => void;
  then?: (booth: FakeBooth) => void;
}

const press = (name: () => string) => () =>
  document.querySelector<HTMLElement>(`button[aria-label="${name()}"]`)!.click();

/** Open the background's, the look's or the props' panel; on a phone they are tabs of one. */
const pressBackdrop = (tab: 0 | 1 | 2) => () => {
  const { bar } = texts.value;
  if (!narrow.value) return press(() => [bar.background, bar.look, bar.props][tab]!)();
  const turn = () => setTimeout(() => document.querySelectorAll<HTMLElement>("[role=tab]")[tab]!.click());
  document.addEventListener("toggle", turn, { once: true, capture: true });
  press(() => bar.backgroundAndLook)();
};

/** Two pictures that guests brought, one of which is shown. */
const bring = (b: FakeBooth) => {
  const one = (file: string, by: number) => ({ file, by: `g0000000${by}`, width: 3840, height: 2160 });
  b.backdrops.brought.value = [
    one("sunset", 0),
    { ...one("forest", 1), loop: "made" },
    { ...one("stars", 0), loop: "making", done: 0.4 },
    { ...one("beach", 2), loop: "failed", why: "bad_video" },
  ];
  b.backdrops.choose("forest");
};

/** A picture as a phone takes it, upright. */
const photo = async () => {
  const canvas = new OffscreenCanvas(1200, 1600);
  const on = canvas.getContext("2d")!;
  const fill = on.createLinearGradient(0, 0, 0, 1600);
  for (const [at, colour] of [[0, "#6C8CB0"], [0.45, "#F0D2A8"], [0.5, "#5E7A5A"], [1, "#2D4434"]] as const) {
    fill.addColorStop(at, colour);
  }
  on.fillStyle = fill;
  on.fillRect(0, 0, 1200, 1600);
  on.fillStyle = "#FFF3D6";
  on.beginPath();
  on.arc(800, 560, 110, 0, 2 * Math.PI);
  on.fill();
  return new File([await canvas.convertToBlob()], "photo.png", { type: "image/png" });
};

const six = [0, 1, 2, 3, 4, 5];

const lobby: Record<string, State> = {
  "lobby-python": {
    set: (b) => {
      b.lobby(false);
      b.inside.value = [];
      b.loading.value = { step: "python", loaded: 1_300_000, total: 3_900_000 };
    },
  },
  "lobby-scissors": {
    set: (b) => {
      b.lobby(false);
      b.loading.value = { step: "scissors", loaded: 2_400_000, total: 3_000_000 };
    },
  },
  "lobby-first": {
    set: (b) => {
      b.lobby(false);
      b.loading.value = { step: "first_cutout", loaded: 0, total: 0 };
    },
  },
  "lobby-asking": {
    set: (b) => {
      b.lobby(false);
      b.camera.value = { kind: "asking" };
      b.cameras.value = [];
      b.microphones.value = [];
      b.name.value = "";
    },
  },
  lobby: { set: (b) => b.lobby(true) },
  "lobby-no-name": {
    set: (b) => {
      b.lobby(true);
      b.name.value = "";
    },
    then: () => document.querySelector<HTMLElement>("button[type=submit]")!.click(),
  },
  "lobby-recorded": {
    set: (b) => {
      b.lobby(true);
      b.recorded.value = true;
    },
  },
  "lobby-camera-off": {
    set: (b) => {
      b.lobby(false);
      b.cameraOn.value = false;
    },
  },
  "lobby-full": {
    set: (b) => {
      b.lobby(true);
      b.capacity.value = 2;
    },
  },
  "lobby-microphone": {
    set: (b) => {
      b.lobby(true);
      b.microphoneProblem.value = "denied";
    },
  },
};

for (const problem of ["denied", "not_found", "in_use", "unplugged", "failed"] satisfies CameraProblem[]) {
  lobby[`lobby-${problem}`] = {
    set: (b) => {
      b.lobby(false);
      b.camera.value = { kind: "problem", problem };
      if (problem === "not_found") b.cameras.value = [];
    },
  };
}

const room: Record<string, State> = {
  room: {},
  "room-hint": {},
  "room-alone": { set: (b) => b.people([guest(0)]) },
  "room-joining": { set: (b) => (b.waitingFor.value = [b.guests.value[1]!.id]) },
  "room-six": {
    set: (b) => {
      b.people(six.map((i) => guest(i, { microphone: i % 3 !== 1, camera: i === 4 ? "off" : "on", here: i !== 3 })));
      b.quality.value = { g00000001: 2, g00000002: 1, g00000003: 3, g00000004: 0, g00000005: 3 };
    },
  },
  "room-guest": { set: (b) => b.people([guest(0, { host: false }), guest(1, { host: true }), guest(2)]) },
  "room-viewer": { set: (b) => b.people([guest(0, { camera: "none", host: false }), guest(1, { host: true }), guest(2)]) },
  "room-selected": { then: () => document.querySelectorAll<HTMLElement>(".person")[0]!.focus() },
  "room-other": {
    set: (b) => b.people([guest(0, { host: false }), guest(1, { host: true, here: false }), guest(2)]),
    then: () => document.querySelectorAll<HTMLElement>(".face")[1]!.click(),
  },
  "room-reconnecting": { set: (b) => (b.link.value = "reconnecting") },
  "room-connecting": { set: (b) => (b.link.value = "connecting") },
  "room-cutout": { set: (b) => (b.cutoutFailed.value = true) },
  "room-loading": { set: (b) => (b.loading.value = { step: "scissors", loaded: 1_400_000, total: 3_000_000 }) },
  "room-unplugged": { set: (b) => (b.camera.value = { kind: "problem", problem: "unplugged" }) },
  "room-microphone": { set: (b) => (b.microphoneProblem.value = "in_use") },
  "room-off": {
    set: (b) => {
      b.cameraOn.value = false;
      b.microphoneOn.value = false;
      b.people([guest(0, { camera: "off", microphone: false }), guest(1), guest(2)]);
    },
  },
  "room-countdown": { set: (b) => (b.countdown.value = 3) },
  "room-flash": { then: (b) => b.flash.value++ },
  "room-print": { then: (b) => b.print() },
  "room-burst": {
    then: (b) => {
      for (const name of ["curtain", "forest", "sunset", "party", "studio"]) {
        b.setBackground({ name, colour: "#D9CBB8" });
        b.print({ burst: "b000000000000", state: "printed" });
      }
    },
  },
  "room-burst-guest": {
    set: (b) => b.people([guest(0, { host: false }), guest(1, { host: true }), guest(2)]),
    then: (b) => {
      for (let i = 0; i < 5; i++) b.print({ burst: "b000000000000", by: "g00000001" });
    },
  },
  "room-moving": { set: (b) => (b.motion.value = "rolling") },
  "room-motion": { then: (b) => b.print({ kind: "loop", mine: false }) },
  "room-motion-missed": { then: (b) => b.print({ kind: "loop", mine: false, state: "missed" }) },
  "room-prints": {
    then: (b) => {
      for (const name of ["curtain", "forest", "sunset", "party"]) {
        b.setBackground({ name, colour: "#D9CBB8" });
        b.print();
      }
    },
  },
  "room-recording": { set: (b) => void b.takes.start() },
  "room-recording-busy": {
    set: (b) => {
      void b.takes.start();
      b.takes.now.value = { ...b.takes.now.value!, lost: 120 };
    },
  },
  "room-recording-ends": {
    set: (b) => {
      void b.takes.start();
      b.takes.now.value = { ...b.takes.now.value!, state: "finishing", share: 0.4 };
    },
  },
  "room-recovering": { set: (b) => (b.takes.recovering.value = 0.4) },
  "room-recorded": {
    set: (b) => (b.takes.recording.value = { type: "recording", by: [b.guests.value[1]!.id], since: 0 }),
  },
  "room-background": { then: pressBackdrop(0) },
  "room-background-coming": {
    set: (b) => (b.coming.value = { name: "arch", colour: "#D9CBB8" }),
    then: pressBackdrop(0),
  },
  "room-look": {
    set: (b) => b.setLook({ name: "film", strength: 0.8 }),
    then: pressBackdrop(1),
  },
  "room-own": { set: bring, then: pressBackdrop(0) },
  "room-own-guest": {
    set: (b) => {
      b.people([guest(0, { host: false }), guest(1, { host: true }), guest(2)]);
      bring(b);
    },
    then: pressBackdrop(0),
  },
  "room-props": { then: pressBackdrop(2) },
  "room-props-full": { set: (b) => [...Array(12)].forEach(() => b.props.add("star")), then: pressBackdrop(2) },
  "room-prop-held": {
    set: (b) => ["table", "crown"].forEach((name) => b.props.add(name)),
    then: () => document.querySelector<HTMLElement>('[data-guest="o00000002"]')!.focus(),
  },
  "room-prop-words": {
    set: (b) => b.props.add("speech", "Hello"),
    then: () => {
      document.querySelector<HTMLElement>('[data-guest="o00000001"]')!.focus();
      setTimeout(press(() => texts.value.props.edit));
    },
  },
  "room-friend": { then: () => (friendWanted.value = true) },
  "room-friend-looking": {
    then: () => {
      friendWanted.value = true;
      setTimeout(() => {
        const input = document.querySelector<HTMLInputElement>(".friend input")!;
        const files = new DataTransfer();
        void photo().then((file) => {
          files.items.add(file);
          input.files = files.files;
          input.dispatchEvent(new Event("change"));
        });
      });
    },
  },
  "room-make": {
    set: (b) => {
      makeOpen.value = true;
      bring(b);
      b.backdrops.favour({ name: "beach", colour: "#D9CBB8" }, true);
      b.backdrops.favour({ name: "upload", colour: "#D9CBB8", file: "forest" }, true);
      b.wishes.add({ prompt: "Pink cherry blossoms", state: "made", words: ["pink", "cherry"], file: "sunset" });
      b.wishes.add({ prompt: "A dog on a skateboard", state: "made", file: "forest" });
      b.wishes.add({ prompt: "A castle", state: "failed", problem: "maker_slow", maker: "openai" });
      b.wishes.add({ prompt: "Snowy beach at night", state: "making", progress: 0.62 });
      b.wishes.add({ kind: "restyle", style: "winter", place: 3, by: "g00000001" });
    },
    then: pressBackdrop(0),
  },
  "room-make-guest": {
    set: (b) => {
      b.people([guest(0, { host: false }), guest(1, { host: true }), guest(2)]);
      b.backdrops.letChange("host");
    },
    then: pressBackdrop(0),
  },
  "room-crop": { then: () => void photo().then((file) => (chosen.value = file)) },
  "room-crop-sending": {
    set: (b) => (b.backdrops.sending.value = 0.42),
    then: () => void photo().then((file) => (chosen.value = file)),
  },
  "room-crop-unreadable": { then: () => (chosen.value = new File(["?"], "photo.heic")) },
  "room-plain": {
    set: (b) => b.setBackground({ name: "plain", colour: "#A8C1D6" }),
    then: pressBackdrop(0),
  },
  "room-format": {
    set: (b) => (b.format.value = "strip_four"),
    then: press(() => texts.value.bar.format),
  },
  "room-series": {
    set: (b) => {
      b.series.value = { sheet: "p000000000000", template: "strip_four", number: 2, count: 4 };
      b.countdown.value = 3;
    },
  },
  "room-pressers": {
    set: (b) => (b.pressers.value = "host"),
    then: press(() => texts.value.bar.format),
  },
  "room-held": {
    set: (b) => {
      b.people([guest(0, { host: false }), guest(1, { host: true }), guest(2)]);
      b.pressers.value = "host";
    },
  },
  "room-remote": {
    then: () => {
      press(() => texts.value.bar.format)();
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".remote-link summary")!.click());
    },
  },
  "room-retake": {
    then: (b) => {
      b.print();
      requestAnimationFrame(() => press(() => texts.value.retake.name)());
    },
  },
  "room-retake-asked": {
    set: (b) => {
      b.people([guest(0, { host: false }), guest(1, { host: true }), guest(2)]);
      b.asked("g00000000");
    },
  },
  "room-retake-taking": {
    set: (b) => {
      b.asked("g00000000", "s1", "taking");
      b.countdown.value = 2;
    },
  },
  "room-retake-other": { set: (b) => b.asked("g00000001", "s1", "taking") },
  "room-layout": { then: press(() => texts.value.bar.layout) },
  "room-invite": { then: press(() => texts.value.bar.invite) },
  "room-more": { then: press(() => texts.value.bar.more) },
  "room-diagnostics": { then: () => (showDiagnostics.value = true) },
  "room-notices": {
    then: (b) =>
      (b.notices.value = [
        { id: 1, kind: "info", key: "guest_joined", values: { name: "Ada" } },
        { id: 2, kind: "warning", key: "too_many_messages" },
        { id: 3, kind: "error", key: "photo_failed" },
      ]),
  },
};

const closed: Record<string, State> = {};
for (const why of [
  "left", "unknown_room", "room_full", "replaced", "unsupported", "insecure", "server_gone", "protocol",
] satisfies ClosedBy[]) {
  closed[`closed-${why}`] = {
    set: (b) => {
      b.view.value = "closed";
      b.closedBy.value = why;
      if (why === "unsupported") b.missing.value = ["MediaStreamTrackProcessor", "OffscreenCanvas"];
    },
  };
}

export const states: Record<string, State> = {
  landing: { set: (b) => (b.view.value = "landing") },
  "landing-link": {
    set: (b) => (b.view.value = "landing"),
    then: () => document.querySelector<HTMLElement>("summary")!.click(),
  },
  ...lobby,
  ...room,
  ...closed,
};
