// What the keys do to a guest on the stage, and what is read out of it.
import type { Layer } from "../../generated/wire";
import { announce, texts } from "../../i18n";
import type { Booth } from "../../state";
import { scaled } from "./geometry";
import type { Hand } from "./hand";

const NUDGE = 0.01;
const FAR = 0.05;
const GROW = 1.05;
const TURN = 3;

/** Do what `event` asks for; true if it was one of ours. */
export function handled(event: KeyboardEvent, guest: string, booth: Booth, hand: Hand): boolean {
  const layer = hand.layer(guest);
  if (layer === null || event.ctrlKey || event.metaKey || event.altKey) return false;
  const act = action(event, layer, booth, hand);
  act?.();
  return act !== null;
}

function action(event: KeyboardEvent, layer: Layer, booth: Booth, hand: Hand): (() => void) | null {
  const step = event.shiftKey ? FAR : NUDGE;
  switch (event.key) {
    case "ArrowLeft":
      return () => move(hand, layer, -step, 0);
    case "ArrowRight":
      return () => move(hand, layer, step, 0);
    case "ArrowUp":
      return () => move(hand, layer, 0, -step);
    case "ArrowDown":
      return () => move(hand, layer, 0, step);
    case "+":
    case "=":
      return () => scale(hand, layer, GROW);
    case "-":
    case "_":
      return () => scale(hand, layer, 1 / GROW);
    case ",":
    case "<":
      return () => turn(hand, layer, -TURN);
    case ".":
    case ">":
      return () => turn(hand, layer, TURN);
    case "]":
      return () => order(booth, layer.guest, 1);
    case "[":
      return () => order(booth, layer.guest, -1);
    case "m":
    case "M":
      return () => mirror(hand, layer);
    case "Delete":
      return hand.prop(layer.guest) && (() => remove(hand, layer.guest));
    case "Backspace":
      return () => (hand.prop(layer.guest) ? remove(hand, layer.guest) : reset(hand, layer.guest));
    case "Enter":
      return hand.prop(layer.guest) && (() => void hand.edit(layer.guest));
    case "Escape":
      return () => (hand.selected.value = null);
    default:
      return null;
  }
}

function move(hand: Hand, layer: Layer, dx: number, dy: number): void {
  hand.showAndKeep({ ...layer, x: layer.x + dx, y: layer.y + dy });
  const { x, y } = hand.layer(layer.guest)!;
  announce(texts.value.stage.moved(Math.round(x * 100), Math.round(y * 100)));
}

export function scale(hand: Hand, layer: Layer, factor: number): void {
  hand.showAndKeep(scaled(layer, factor, hand.still(layer.guest)));
  announce(texts.value.stage.scaled(Math.round(hand.layer(layer.guest)!.scale * 100)));
}

export function turn(hand: Hand, layer: Layer, degrees: number): void {
  hand.showAndKeep({ ...layer, rotation: layer.rotation + degrees });
  announce(texts.value.stage.turned(Math.round(hand.layer(layer.guest)!.rotation)));
}

export function order(booth: Booth, guest: string, step: 1 | -1): void {
  booth.order(guest, step);
  const t = texts.value.stage;
  announce(step > 0 ? t.broughtForward : t.sentBackward);
}

export function mirror(hand: Hand, layer: Layer): void {
  hand.show({ ...layer, mirror: !layer.mirror });
  hand.keepNow();
  announce(layer.mirror ? texts.value.stage.unmirrored : texts.value.stage.mirrored);
}

export function remove(hand: Hand, prop: string): void {
  hand.remove(prop);
  announce(texts.value.props.removed);
}

export function reset(hand: Hand, guest: string): void {
  hand.reset(guest);
  announce(texts.value.stage.wasReset);
}
