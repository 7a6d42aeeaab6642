import { LiveBooth } from "./booth";
import { mount } from "./ui";

const booth = new LiveBooth();
// `stats` is documented; `booth` offers scripts what the interface itself reads and calls.
Object.assign(window, { sameframe: { stats: () => booth.stats(), booth } });
mount(document.getElementById("app")!, booth);
