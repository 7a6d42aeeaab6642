// The interface's door: the lead's main.tsx gives it a booth and a place.
import { render } from "preact";
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/controls.css";
import "../styles/panels.css";
import "../styles/drawing.css";
import "../styles/pages.css";
import "../styles/lobby.css";
import "../styles/stage.css";
import "../styles/room.css";
import "../styles/prints.css";
import "../styles/takes.css";
import "../styles/backdrops.css";
import "../styles/props.css";
import "../styles/diagnostics.css";
import type { Booth } from "../state";
import { App } from "./app";
import { BoothContext } from "./context";
import { Hand } from "./stage/hand";

export function mount(root: HTMLElement, booth: Booth): void {
  const contents = { booth, hand: new Hand(booth) };
  render(
    <BoothContext.Provider value={contents}>
      <App />
    </BoothContext.Provider>,
    root,
  );
}
