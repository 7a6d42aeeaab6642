// No room to show: why, and what to do about it.
import { texts } from "../i18n";
import type { Booth, ClosedBy } from "../state";
import { TextButton } from "./controls";
import { useBooth } from "./context";
import { Figure, Scenery } from "./drawing";
import { links, roomPath } from "./links";
import { SiteHead } from "./site";

/** Who stands on the print that illustrates a reason. */
const crowd: Partial<Record<ClosedBy, readonly number[]>> = { room_full: [0, 1, 2], replaced: [1] };

export function Closed() {
  const booth = useBooth();
  const why = booth.closedBy.value ?? "protocol";
  const t = texts.value.closed;
  return (
    <div class="page closed">
      <SiteHead />
      <main>
        <EmptyPrint people={crowd[why] ?? []} />
        <div class="closed-words">
          <h1>{t[why].title}</h1>
          <p class="lead">{t[why].help}</p>
          {why === "unsupported" && booth.missing.value.length > 0 && (
            <div class="missing">
              <p>{t.unsupported.missing}</p>
              <ul>
                {booth.missing.value.map((feature) => (
                  <li key={feature}>
                    <code>{feature}</code>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <div class="actions">
            <Actions why={why} booth={booth} />
          </div>
        </div>
      </main>
    </div>
  );
}

function Actions({ why, booth }: { why: ClosedBy; booth: Booth }) {
  const t = texts.value.closed;
  const room = booth.room.value;
  const again = () => links.go(room === null ? location.pathname : roomPath(room));
  const back = (label: string) => (
    <TextButton kind="primary" onClick={again}>
      {label}
    </TextButton>
  );
  const fresh = (kind: "primary" | "plain") => (
    <TextButton kind={kind} onClick={() => booth.startRoom()}>
      {t.newRoom}
    </TextButton>
  );
  switch (why) {
    case "left":
      return <>{back(t.comeBack)}{fresh("plain")}</>;
    case "replaced":
      return <>{back(t.useHere)}{fresh("plain")}</>;
    case "room_full":
      return <>{back(texts.value.tryAgain)}{fresh("plain")}</>;
    case "unknown_room":
      return fresh("primary");
    case "insecure":
      return (
        <TextButton kind="primary" onClick={() => links.go(`https://${location.host}${location.pathname}`)}>
          {t.insecure.secure}
        </TextButton>
      );
    case "unsupported":
      return null;
    default:
      return back(t.reload);
  }
}

function EmptyPrint({ people }: { people: readonly number[] }) {
  return (
    <div class="empty-print" aria-hidden="true">
      <svg viewBox="0 0 1600 900">
        <Scenery scene="curtain" />
        {people.map((who, i) => (
          <g key={who} transform={`translate(${800 + (i - (people.length - 1) / 2) * 420} 900) scale(1.15)`}>
            <Figure who={who} />
          </g>
        ))}
      </svg>
    </div>
  );
}
