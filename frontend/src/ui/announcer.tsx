// The voice of what is only seen otherwise.
import { announcement } from "../i18n";

export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {announcement.value}
    </div>
  );
}
