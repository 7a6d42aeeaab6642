// What a person's hand does to the scene: shown at once on the own stage, then said to the others.
import type { Arrangement, Background, FromBrowser, Layer, Light, Look } from "./generated/wire";
import { now } from "./signalling";

const DRAG_MS = 33; // moves of a drag are passed on at most 30 times a second

export interface HandsOptions {
  moves(layer: Layer): void;
  tries(look: Look): void;
  broadcast(data: string): void;
  send(message: FromBrowser): void;
}

export class Hands {
  private dragged = 0;

  constructor(private readonly options: HandsOptions) {}

  readonly dragLayer = (layer: Layer): void => {
    this.options.moves(layer);
    if (now() - this.dragged < DRAG_MS) return;
    this.dragged = now();
    this.options.broadcast(JSON.stringify(layer));
  };

  readonly placeLayer = (layer: Layer): void => {
    this.options.moves(layer);
    this.options.send({ type: "place", layer });
  };

  readonly order = (guest: string, step: 1 | -1): void => {
    this.options.send({ type: "order", guest, step });
  };

  readonly reset = (guest: string): void => this.options.send({ type: "reset", guest });

  readonly tidy = (arrangement: Arrangement): void => {
    this.options.send({ type: "tidy", arrangement });
  };

  readonly setLook = (look: Look): void => {
    this.options.tries(look);
    this.options.send({ type: "set_look", look });
  };

  readonly setLight = (light: Light): void => this.options.send({ type: "set_light", light });

  readonly setBackground = (background: Background): void => {
    this.options.send({ type: "set_background", background });
  };
}
