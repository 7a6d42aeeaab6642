// Short lines that come and go: the booth's, and the interface's own.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { sentence, texts, type NoticeKey, type Values } from "../i18n";
import type { Notice } from "../state";
import { IconButton } from "./controls";
import { useBooth } from "./context";
import { Icon } from "./icons";

const SHOW_MS = { info: 5_000, warning: 8_000, error: 12_000 };
const AT_MOST = 3;

/** The interface's own notices; their ids are negative, so that they meet none of the booth's. */
const own = signal<Notice[]>([]);
let last = 0;

export function say(kind: Notice["kind"], key: NoticeKey, values: Values = {}): void {
  const others = own.value.filter((notice) => notice.key !== key || notice.values?.name !== values.name);
  own.value = [...others, { id: --last, kind, key, values }];
}

export function Notices() {
  const booth = useBooth();
  const dismiss = (id: number) => {
    if (id < 0) own.value = own.value.filter((notice) => notice.id !== id);
    else booth.dismiss(id);
  };
  const shown = [...booth.notices.value, ...own.value].slice(-AT_MOST);
  return (
    <section class="notices" aria-label={texts.value.notices.label} role="region">
      <div aria-live="polite">
        {shown.map((notice) => (
          <Toast key={notice.id} notice={notice} dismiss={dismiss} />
        ))}
      </div>
    </section>
  );
}

function Toast({ notice, dismiss }: { notice: Notice; dismiss: (id: number) => void }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(notice.id), SHOW_MS[notice.kind]);
    return () => clearTimeout(timer);
  }, [notice.id]);
  return (
    <div class={`toast ${notice.kind}`}>
      <Icon name={notice.kind === "info" ? "info" : "warning"} />
      <p>{sentence(notice)}</p>
      <IconButton
        icon="close"
        kind="quiet"
        name={texts.value.notices.dismiss}
        onClick={() => dismiss(notice.id)}
      />
    </div>
  );
}
