// Props for the gallery, which has no server: the drawn ones as they are, the written ones roughly.
import { cupboard } from "../../generated/props";

const files = import.meta.glob<string>("../../../../backend/sameframe/designs/*.svg", {
  query: "?raw", import: "default", eager: true,
});

const written = (text: string, round: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 150"><rect x="6" y="6" width="288" height="138" rx="${round}" fill="#fff" stroke="#1C1B19" stroke-width="10"/><text x="150" y="92" font-size="52" font-family="Pretendard Variable" text-anchor="middle">${text}</text></svg>`;

/** An address of a design's picture. */
export function design(name: string, text = "Aa"): string {
  const file = Object.entries(files).find(([path]) => path.endsWith(`/${name}.svg`))?.[1];
  return `data:image/svg+xml,${encodeURIComponent(file ?? written(text, name === "label" ? 0 : 60))}`;
}

const loaded = new Map<string, HTMLImageElement>();

/** The picture itself, once it is there. */
export function designed(name: string, text: string): HTMLImageElement | null {
  const url = design(name, text);
  if (!loaded.has(url)) loaded.set(url, Object.assign(new Image(), { src: url }));
  const image = loaded.get(url)!;
  return image.complete && image.naturalWidth > 0 ? image : null;
}

/** Resolves once all that is drawn is there. */
export const designsReady = Promise.all(
  Object.values(cupboard.families).flat().map(async (name) => {
    designed(name, "");
    await loaded.get(design(name, ""))!.decode();
  }),
);
