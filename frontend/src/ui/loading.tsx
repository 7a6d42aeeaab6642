// Honest progress of the first load: what is being done, and how many bytes of how many.
import { texts } from "../i18n";
import { useBooth } from "./context";

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

export function LoadingLine() {
  const booth = useBooth();
  const t = texts.value.loading;
  const loading = booth.loading.value;
  const camera = booth.camera.value.kind;
  if (camera === "problem" && loading?.step !== "python" && loading?.step !== "scissors") return null;
  if (camera === "asking") {
    return (
      <div class="loading-line">
        <p role="status">{t.asking}</p>
      </div>
    );
  }
  if (loading === null) return null;
  const known = loading.total > 0;
  return (
    <div class="loading-line">
      <p role="status">{t[loading.step]}</p>
      {known && <p class="bytes">{t.bytes(megabytes(loading.loaded), megabytes(loading.total))}</p>}
      {known && <progress aria-label={t[loading.step]} max={1} value={loading.loaded / loading.total} />}
    </div>
  );
}
