// The page of a remote: a phone in a guest's other hand. No camera, no Python, no workers.
import { LiveControl } from "./control";
import { mountRemote } from "./ui/remote";

addEventListener("hashchange", () => location.reload()); // another code was scanned into this tab
mountRemote(document.getElementById("app")!, new LiveControl());
