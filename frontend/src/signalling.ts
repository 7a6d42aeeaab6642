// The one WebSocket to the server. It reconnects by itself and says hello again, so that a lost
// network is a pause; a refusal that trying again can't mend ends it.
import { FINAL } from "./generated/errors";
import type { FromBrowser, FromServer, Hello, Remote } from "./generated/wire";
import type { Link } from "./state";

const PING_MS = 2_000;
const UNANSWERED = 3; // pings: the network is gone, whatever the socket says
const OPEN_MS = 6_000; // how long a socket may take to open
const RETRY_MS = [250, 500, 1_000, 2_000, 4_000];

const GARBLED = [1007, 1009]; // not text, too big: a fault of ours that would come again

export interface SignallingEvents {
  /** Who to say we are; asked anew at each connection. */
  hello(): Hello | Remote;
  message(message: FromServer, received: number): void;
  link(link: Link): void;
  /** The server ended it for good; `code` is an error's name. */
  refused(code: string): void;
}

/** Milliseconds since the epoch on the clock that page and workers share. */
export const now = (): number => performance.timeOrigin + performance.now();

export class Signalling {
  private socket: WebSocket | null = null;
  private joined = false; // once, at least
  private unanswered = 0; // counted, not timed: a hidden tab's timers may run once a minute
  private tries = 0;
  private ended = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly pinger: ReturnType<typeof setInterval>;

  constructor(
    private readonly url: string,
    private readonly events: SignallingEvents,
  ) {
    this.pinger = setInterval(() => this.ping(), PING_MS);
    addEventListener("online", this.hurry);
    this.connect();
  }

  send(message: FromBrowser): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  close(): void {
    this.ended = true;
    clearInterval(this.pinger);
    clearTimeout(this.retry);
    removeEventListener("online", this.hurry);
    this.drop();
  }

  private connect(): void {
    this.events.link(this.tries === 0 && !this.joined ? "connecting" : "reconnecting");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    const opening = setTimeout(() => this.lost(socket), OPEN_MS);
    socket.onopen = () => {
      clearTimeout(opening);
      this.unanswered = 0;
      this.send(this.events.hello());
    };
    socket.onmessage = (event) => {
      const received = now();
      this.unanswered = 0;
      const message = JSON.parse(event.data as string) as FromServer;
      if (message.type === "welcome" || message.type === "remote_changed") {
        this.tries = 0;
        this.joined = true;
        this.events.link("open");
      }
      this.events.message(message, received);
    };
    socket.onclose = (event) => {
      clearTimeout(opening);
      if (FINAL.includes(event.reason) || GARBLED.includes(event.code)) {
        this.close();
        this.events.refused(event.reason);
      } else {
        this.lost(socket);
      }
    };
  }

  private ping(): void {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (this.unanswered === UNANSWERED) return this.lost(socket);
    this.unanswered++;
    this.send({ type: "ping", sent: now() });
  }

  private lost(socket: WebSocket): void {
    if (this.ended || socket !== this.socket) return;
    this.drop();
    this.events.link("reconnecting");
    const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)]!;
    this.retry = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }

  private readonly hurry = (): void => {
    if (this.ended || this.socket) return;
    clearTimeout(this.retry);
    this.connect();
  };

  /** Forget the socket at once: closing one whose network is gone takes a minute. */
  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
