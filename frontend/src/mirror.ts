// What the stage shows before one is in: oneself, alone.
import type { Layer, Look, Scene } from "./generated/wire";

export const LOBBY_GUEST = "me"; // the own guest on the stage before the server gave an id
export const LOBBY_LAYER: Layer = {
  guest: LOBBY_GUEST,
  x: 0.5,
  y: 0.54,
  scale: 0.92,
  rotation: 0,
  mirror: false,
  opacity: 1,
};
export const NATURAL: Look = { name: "natural", strength: 1 };
export const NO_SCENE: Scene = {
  background: { name: "curtain", colour: "#D9CBB8" },
  layers: [],
  look: NATURAL,
  light: "auto",
  props: [],
};
