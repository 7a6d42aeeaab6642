// Which page to show. Lobby and room are one: the stage stays where it is while one steps in.
import { useSignalEffect } from "@preact/signals";
import { texts } from "../i18n";
import { Announcer } from "./announcer";
import { Dropping } from "./backdrops";
import { Bar } from "./bar";
import { Closed } from "./closed";
import { useComings } from "./comings";
import { useBooth } from "./context";
import { Cropper } from "./cropper";
import { Diagnostics, useDiagnosticsKey } from "./diagnostics";
import { Friend } from "./friend";
import { Landing } from "./landing";
import { LoadingLine } from "./loading";
import { Lobby, Mirror } from "./lobby";
import { useCompareKey } from "./looks";
import { Notices } from "./notices";
import { Prints } from "./prints";
import { Roster } from "./roster";
import { SiteHead } from "./site";
import { Lines } from "./stage/lines";
import { People } from "./stage/people";
import { Shutter } from "./stage/shutter";
import { Stage } from "./stage/stage";
import { RecordingSign, Shelf } from "./takes";

export function App() {
  const booth = useBooth();
  useDiagnosticsKey();
  useComings();
  useSignalEffect(() => {
    const room = booth.room.value;
    const inside = booth.view.value === "lobby" || booth.view.value === "room";
    document.title = inside && room ? `${room} · ${texts.value.app}` : texts.value.app;
  });
  const view = booth.view.value;
  return (
    <>
      {view === "landing" && <Landing key="landing" />}
      {(view === "lobby" || view === "room") && <Studio key="studio" inRoom={view === "room"} />}
      {view === "closed" && <Closed key="closed" />}
      <Diagnostics />
      <Notices />
      <Announcer />
    </>
  );
}

function Studio({ inRoom }: { inRoom: boolean }) {
  const booth = useBooth();
  return (
    <div class={`studio ${inRoom ? "room" : "lobby"}`}>
      {!inRoom && <SiteHead />}
      <main key="main">
        {inRoom && <h1 class="visually-hidden">{texts.value.room.title(booth.room.value ?? "")}</h1>}
        <Stage key="stage">
          {inRoom ? <OnStage /> : <Mirror />}
        </Stage>
        {inRoom ? <Around /> : <Lobby />}
      </main>
    </div>
  );
}

function OnStage() {
  const booth = useBooth();
  return (
    <>
      <People />
      <Shutter />
      <RecordingSign />
      <Lines />
      {booth.loading.value !== null && <div class="mirror-bar"><LoadingLine /></div>}
    </>
  );
}

function Around() {
  useCompareKey();
  return (
    <>
      <Roster />
      <Prints />
      <Shelf />
      <Bar />
      <Dropping />
      <Cropper />
      <Friend />
    </>
  );
}
