// Lucide's strokes, inline; each file is imported by name, so that only those in use are shipped.
import activity from "lucide-static/icons/activity.svg?raw";
import album from "lucide-static/icons/images.svg?raw";
import away from "lucide-static/icons/moon.svg?raw";
import background from "lucide-static/icons/wallpaper.svg?raw";
import camera from "lucide-static/icons/video.svg?raw";
import cameraOff from "lucide-static/icons/video-off.svg?raw";
import check from "lucide-static/icons/check.svg?raw";
import close from "lucide-static/icons/x.svg?raw";
import compare from "lucide-static/icons/square-split-horizontal.svg?raw";
import copy from "lucide-static/icons/copy.svg?raw";
import download from "lucide-static/icons/download.svg?raw";
import format from "lucide-static/icons/layout-panel-left.svg?raw";
import edit from "lucide-static/icons/pencil.svg?raw";
import forward from "lucide-static/icons/bring-to-front.svg?raw";
import backward from "lucide-static/icons/send-to-back.svg?raw";
import host from "lucide-static/icons/crown.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import invite from "lucide-static/icons/user-plus.svg?raw";
import languages from "lucide-static/icons/languages.svg?raw";
import layout from "lucide-static/icons/users.svg?raw";
import leave from "lucide-static/icons/log-out.svg?raw";
import look from "lucide-static/icons/palette.svg?raw";
import make from "lucide-static/icons/brush.svg?raw";
import microphone from "lucide-static/icons/mic.svg?raw";
import microphoneOff from "lucide-static/icons/mic-off.svg?raw";
import mirror from "lucide-static/icons/flip-vertical-2.svg?raw";
import moving from "lucide-static/icons/film.svg?raw";
import more from "lucide-static/icons/ellipsis.svg?raw";
import pause from "lucide-static/icons/pause.svg?raw";
import play from "lucide-static/icons/play.svg?raw";
import printer from "lucide-static/icons/printer.svg?raw";
import record from "lucide-static/icons/circle-dot.svg?raw";
import retake from "lucide-static/icons/scan-face.svg?raw";
import phone from "lucide-static/icons/smartphone.svg?raw";
import locked from "lucide-static/icons/lock.svg?raw";
import reset from "lucide-static/icons/undo-2.svg?raw";
import props from "lucide-static/icons/sticker.svg?raw";
import friend from "lucide-static/icons/image-plus.svg?raw";
import share from "lucide-static/icons/share-2.svg?raw";
import star from "lucide-static/icons/star.svg?raw";
import stop from "lucide-static/icons/square.svg?raw";
import trash from "lucide-static/icons/trash-2.svg?raw";
import turn from "lucide-static/icons/rotate-cw.svg?raw";
import upload from "lucide-static/icons/cloud-upload.svg?raw";
import warning from "lucide-static/icons/triangle-alert.svg?raw";
import withdraw from "lucide-static/icons/user-minus.svg?raw";
import watching from "lucide-static/icons/eye.svg?raw";

const drawings = {
  activity, album, away, background, backward, camera, cameraOff, check, close, compare, copy, download, edit, format,
  forward, friend, host, info, invite, languages, layout, leave, locked, look, make, microphone, microphoneOff,
  mirror, more, moving, pause, phone, play, printer, props, record, reset, retake, share, star, stop, trash, turn,
  upload, warning, watching, withdraw,
};

export type IconName = keyof typeof drawings;

/** The strokes inside a file's <svg>: the element itself is ours, to size and colour it. */
const strokes = (file: string) => file.slice(file.indexOf(">", file.indexOf("<svg")) + 1, file.lastIndexOf("</svg>"));

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={size < 16 ? 2.5 : 1.75}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: strokes(drawings[name]) }}
    />
  );
}
