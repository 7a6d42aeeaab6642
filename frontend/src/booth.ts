// The booth: wires camera, cutout, transport, stage and server together, and shows the interface
// what there is. Every rule of its own is elsewhere; this is the place where they meet.
import { computed, effect, signal } from "@preact/signals";
import type { Box } from "./generated/messages";
import type {
  Background, FromServer, Guest, Hello, Look, Pressers, RemoteMade, RoomInfo, RoomMade, Scene, Welcome,
} from "./generated/wire";
import { linkTo, roomHere, socketOf } from "./address";
import { admit } from "./admission";
import { LiveBackdrops } from "./backdrops";
import { figures } from "./figures";
import { Hands } from "./hands";
import { leaveHeadstart } from "./headstart";
import { askRoom, watchRoom } from "./lobby";
import { claimSeat, keepHost, keepToken, remember, remembered, type Seat } from "./memory";
import { Mesh } from "./mesh";
import { LOBBY_GUEST, LOBBY_LAYER, NATURAL, NO_SCENE } from "./mirror";
import { layerIn } from "./moves";
import { Own } from "./own";
import { personsOf } from "./persons";
import { LiveProps } from "./props";
import { REFUSED } from "./refusals";
import { Retakes } from "./retakes";
import { Shots } from "./shots";
import { Shutter } from "./shutter";
import { now, Signalling } from "./signalling";
import { Stage } from "./stage";
import type { Booth, ClosedBy, Link, Notice, Picture, Quality, Stats, View } from "./state";
import { insecure, missing } from "./support";
import { LiveTakes } from "./takes";
import { Tour } from "./tour";
import type { Transport } from "./transport";
import { Voices } from "./voice";
import { LiveWishes } from "./wishes";

const SNAPSHOT_MS = 20_000; // after the first picture
const STAGE_RUNS = 3; // how often a failed stage is set up again

export class LiveBooth implements Booth {
  readonly view = signal<View>("landing");
  readonly closedBy = signal<ClosedBy | null>(null);
  readonly missing = signal<string[]>([]);
  readonly room = signal<string | null>(null);
  readonly invite = computed(() => (this.room.value ? linkTo(this.room.value) : ""));
  readonly link = signal<Link>("connecting");
  readonly me = signal<string | null>(null);
  readonly isHost = computed(() => this.guests.value.some((g) => g.id === this.me.value && g.host));
  readonly name = signal(remembered("name") ?? "");
  readonly guests = signal<Guest[]>([]);
  readonly capacity = signal(8);
  readonly scene = signal<Scene>(NO_SCENE);
  readonly coming = signal<Background | null>(null);
  readonly background = computed(() => this.coming.value ?? this.scene.value.background);
  readonly inside = signal<string[]>([]);
  readonly recorded = signal(false);
  readonly stageRun = signal(0);
  readonly boxes = signal<Box[]>([]);
  readonly quality = signal<Record<string, Quality>>({});
  readonly seen = signal<ReadonlySet<string>>(new Set()); // guests whose picture has come
  readonly waitingFor = computed(() =>
    this.guests.value
      .filter((g) => g.here && g.camera === "on" && !this.seen.value.has(g.id))
      .map((g) => g.id),
  );
  readonly album = signal<string | null>(null);
  readonly notices = signal<Notice[]>([]);

  readonly own = new Own({
    publish: (video, audio) => {
      this.transport?.publish(video, audio);
      if (video) this.stage?.guest(this.me.value ?? LOBBY_GUEST, video);
    },
    changed: () => this.sayStatus(),
  });
  readonly camera = this.own.camera;
  readonly cameraOn = this.own.cameraOn;
  readonly microphoneOn = this.own.microphoneOn;
  readonly microphoneProblem = this.own.microphoneProblem;
  readonly level = this.own.level;
  readonly cameras = this.own.cameras;
  readonly microphones = this.own.microphones;
  readonly cameraId = this.own.cameraId;
  readonly microphoneId = this.own.microphoneId;
  readonly loading = this.own.loading;
  readonly cutoutFailed = this.own.cutoutFailed;
  private readonly shots = new Shots({
    me: () => this.me.value,
    room: () => this.room.value,
    token: () => this.seat?.token ?? null,
    host: () => this.seat?.host ?? null,
    offset: () => this.offset,
    photo: async (at, width, height) => (await this.stage?.photo(at, width, height)) ?? null,
    expose: async (at) => (await this.own.cutout?.expose(at)) ?? null,
    fill: async (guest, at) => (await this.stage?.fill(guest, at)) ?? null,
    frames: async (at) => (await this.stage?.frames(at)) ?? null,
    failed: (code) => this.notify("error", code),
  });
  readonly pictures = this.shots.pictures;
  readonly timer = this.shots.timer;
  readonly format = this.shots.format;
  readonly motion = this.shots.motion;
  readonly series = this.shots.series;
  readonly pressers = signal<Pressers>("everyone");
  readonly mayPress = computed(() => this.pressers.value === "everyone" || this.isHost.value);
  private readonly retakes = new Retakes({
    me: () => this.me.value,
    room: () => this.room.value,
    token: () => this.seat?.token ?? null,
    offset: () => this.offset,
    name: (guest) => this.guests.value.find(({ id }) => id === guest)?.name ?? "",
    count: (at, seconds) => this.shutter.count(at, seconds, now),
    expose: async (at) => (await this.own.cutout?.expose(at)) ?? null,
    say: (answer) => this.signalling?.send(answer),
    notify: (kind, key, values) => this.notify(kind, key, values),
  });
  readonly retaking = this.retakes.now;
  readonly takes = new LiveTakes({
    room: () => this.room.value,
    album: () => this.album.value,
    me: () => this.me.value,
    token: () => this.seat?.token ?? null,
    stage: () => this.stage,
    own: () => this.own.microphone,
    others: () => this.voices.tracks,
    say: (on) => this.signalling?.send({ type: "record", on }),
    notify: (kind, key) => this.notify(kind, key),
  });
  readonly backdrops = new LiveBackdrops({
    room: () => this.room.value,
    token: () => this.seat?.token ?? null,
    colour: () => this.scene.value.background.colour,
    choose: (background) => this.setBackground(background),
    isHost: this.isHost,
    send: (message) => this.signalling?.send(message),
    notify: (kind, key) => this.notify(kind, key),
  });
  readonly wishes = new LiveWishes({
    room: () => this.room.value,
    token: () => this.seat?.token ?? null,
    background: () => this.scene.value.background,
    choose: (file) => this.backdrops.choose(file),
    send: (message) => this.signalling?.send(message),
    notify: (kind, key) => this.notify(kind, key),
  });
  readonly props = new LiveProps({
    room: () => this.room.value,
    token: () => this.seat?.token ?? null,
    send: (message) => this.signalling?.send(message),
    cutOut: async (frame) => (await this.own.cutout?.cutOut(frame)) ?? null,
  });
  private readonly shutter = new Shutter();
  readonly countdown = this.shutter.countdown;
  readonly flash = this.shutter.flash;

  private seat: Seat | null = null;
  private signalling: Signalling | null = null;
  private transport: Transport | null = null;
  private stage: Stage | null = null;
  private readonly voices = new Voices();
  private readonly cutouts = new Map<string, MediaStreamTrack>(); // the others', as received
  private spared = false;
  private joining: PromiseWithResolvers<void> | null = null;
  private greeted = 0; // when Hello was sent last
  private offset = 0; // server time minus own, ms
  private count = 0;
  private readonly load = { js_ms: now() - performance.timeOrigin, first_picture_ms: 0, bytes: 0 };

  constructor() {
    this.missing.value = missing();
    addEventListener("popstate", () => location.reload());
    if (insecure()) this.close("insecure");
    else if (this.missing.value.length) this.close("unsupported");
    else {
      const room = roomHere();
      if (room) void this.enter(room);
    }
    effect(() => this.people());
  }

  async startRoom(): Promise<void> {
    const response = await fetch("/api/rooms", { method: "POST" }).catch(() => null);
    if (!response?.ok) {
      const problem = (await response?.json().catch(() => null)) as { code?: string } | null;
      return this.notify("error", problem?.code ?? "server_gone");
    }
    const { room, host } = (await response.json()) as RoomMade;
    keepHost(room, host);
    history.pushState(null, "", `/r/${room}`);
    await this.enter(room);
  }

  attachStage(canvas: HTMLCanvasElement): void {
    this.stage?.close();
    const forced = new URLSearchParams(location.search).get("renderer");
    this.stage = new Stage({
      firstPicture: (guest) => this.pictured(guest),
      layout: ({ boxes }) => (this.boxes.value = boxes),
      clock: ({ offset }) => (this.offset = offset),
      backgroundFailed: () => this.notify("warning", "background_failed"),
      sparing: (sparing) => {
        const { steps } = sparing;
        this.own.cutout?.spare(sparing);
        if (steps.length > 0 && !this.spared) this.notify("info", "sparing");
        this.spared ||= steps.length > 0; // said once: the figures say the rest
      },
      failed: (reason) => this.stageFailed(reason),
      loaded: (bytes) => (this.load.bytes += bytes),
    });
    this.own.cutout?.spare(null); // which that of before may have asked for
    this.stage.start(canvas, forced === "cpu" || forced === "gpu" ? forced : null, this.room.value);
    this.restage();
  }

  attachExample(canvas: HTMLCanvasElement): () => void {
    const tour = new Tour(canvas);
    return () => tour.close();
  }

  join(): Promise<void> {
    if (this.joining) return this.joining.promise; // pressed twice: else they were two guests
    this.joining = Promise.withResolvers();
    remember("name", this.name.value);
    this.signalling?.close();
    this.signalling = new Signalling(socketOf(this.room.value!), {
      hello: () => this.hello(),
      message: (message, received) => this.hear(message, received),
      link: (link) => (this.link.value = link),
      refused: (code) => this.refused(code),
    });
    return this.joining.promise;
  }

  leave(): void {
    this.signalling?.send({ type: "leave" });
    if (this.room.value && this.seat) keepToken(this.room.value, this.seat, null);
    this.close("left");
  }

  setName(name: string): void {
    this.name.value = name;
    this.sayStatus();
  }

  readonly setCamera = (on: boolean): void => this.own.setCamera(on);
  readonly setMicrophone = (on: boolean): void => this.own.setMicrophone(on);
  readonly chooseCamera = (id: string): void => this.own.chooseCamera(id);
  readonly chooseMicrophone = (id: string): void => this.own.chooseMicrophone(id);
  readonly retryCamera = (): void => this.own.setCamera(true);

  private readonly hands = new Hands({
    moves: (layer) => this.stage?.moves(layer),
    tries: (look) => this.tryLook(look),
    broadcast: (data) => this.transport?.broadcast(data),
    send: (message) => this.signalling?.send(message),
  });
  readonly dragLayer = this.hands.dragLayer;
  readonly placeLayer = this.hands.placeLayer;
  readonly order = this.hands.order;
  readonly reset = this.hands.reset;
  readonly tidy = this.hands.tidy;
  readonly setBackground = this.hands.setBackground;
  readonly setLook = this.hands.setLook;
  readonly setLight = this.hands.setLight;

  tryLook(look: Look): void {
    this.stage?.tryLook(look);
  }

  async previewLook(look: Look): Promise<ImageBitmap | null> {
    return (await this.stage?.preview(look)) ?? null;
  }

  takePhoto(): void {
    this.signalling?.send(this.shots.order());
  }

  fileOf(picture: Picture): Promise<File | null> {
    return this.shots.file(picture);
  }

  choose(burst: string, shot: string | null): Promise<void> {
    return this.shots.choose(burst, shot);
  }

  letPress(who: Pressers): void {
    this.signalling?.send({ type: "let_press", who });
  }

  retake(shot: string, guest: string): Promise<void> {
    return this.retakes.ask(shot, guest);
  }

  answerRetake(accept: boolean): void {
    this.retakes.answer(accept);
  }

  async remote(): Promise<RemoteMade | null> {
    const headers = { authorization: `Bearer ${this.seat?.token}` };
    const url = `/api/rooms/${this.room.value}/remote`;
    const answer = await fetch(url, { method: "POST", headers }).catch(() => null);
    if (answer?.ok) return (await answer.json()) as RemoteMade;
    this.notify("warning", "remote_failed");
    return null;
  }

  withdraw(shot: string): Promise<void> {
    return this.shots.withdraw(shot);
  }

  async pick(x: number, y: number): Promise<string | null> {
    return (await this.stage?.pick(x, y)) ?? null;
  }

  dismiss(notice: number): void {
    this.notices.value = this.notices.value.filter(({ id }) => id !== notice);
  }

  async stats(): Promise<Stats> {
    const [stage, cutout] = await Promise.all([this.stage?.stats(), this.own.cutout?.stats()]);
    return figures({
      me: this.me.value,
      guests: this.guests.value,
      stage: stage ?? null,
      cutout: cutout ?? null,
      own: this.own.figures,
      traffic: this.transport?.traffic() ?? null,
      load: this.load,
    });
  }

  /** Show the lobby of a room. */
  private async enter(room: string): Promise<void> {
    // The lobby is there and Python starts before the server has said a word.
    this.room.value = room;
    this.view.value = "lobby";
    this.own.prepare();
    this.seat = await claimSeat(room);
    void this.takes.recover(room);
    const info = await askRoom(room);
    if (typeof info === "string") return this.close(info);
    this.introduced(info);
    watchRoom(room, () => this.view.value === "lobby", (news) => this.introduced(news));
    this.restage();
    const opening = this.own.start();
    // Whoever only reloaded is back by themselves; everyone else may look into the mirror first.
    if (this.seat.returning && this.name.value) await this.join();
    await opening;
  }

  private introduced(info: RoomInfo): void {
    this.capacity.value = info.capacity;
    if (this.view.value !== "lobby") return; // joined meanwhile: what the room said then is newer
    this.scene.value = info.scene;
    this.inside.value = info.guests;
    this.recorded.value = info.recording;
  }

  private hello(): Hello {
    this.greeted = now();
    return {
      type: "hello",
      name: this.name.value,
      ...this.own.told(),
      token: this.seat?.token ?? null,
      host: this.seat?.host ?? null,
    };
  }

  private sayStatus(): void {
    if (this.view.value !== "room") return;
    this.signalling?.send({ type: "status", name: this.name.value, ...this.own.told() });
  }

  private hear(message: FromServer, received: number): void {
    switch (message.type) {
      case "welcome":
        return this.welcomed(message, received);
      case "roster":
        return this.rostered(message.guests);
      case "scene_changed":
        return this.sceneIs(message.scene);
      case "background_coming":
        return void this.backdropComes(message.background);
      case "signalled":
        return this.transport?.signalled(message);
      case "shutter":
        this.shutter.count(message.at - this.offset, message.seconds, now);
        return void this.shots.take(message);
      case "shot_changed":
      case "sheet_changed":
        return this.shots.changed(message);
      case "album_moved":
        this.shots.moved(this.album.value!, `/a/${message.album}`);
        return this.albumIs(message.album);
      case "pressers_changed":
        this.pressers.value = message.who;
        return this.isHost.value ? undefined : this.notify("info", `presses_${message.who}`);
      case "retaking":
        return this.retakes.hear(message);
      case "remote_changed":
        return; // a remote's alone, see control.ts
      case "backdrops":
        return this.backdrops.are(message);
      case "furnishing":
        return void (this.backdrops.rules.value = message);
      case "wishes":
        return this.wishes.are(message.maker, message.wishes);
      case "wish_changed":
        return this.wishes.changed(message.wish);
      case "forbidden":
        return void (this.wishes.forbidden.value = message.words);
      case "recording":
        return this.takes.recordingIs(message);
      case "pong":
        return this.timed(message.sent, message.time, received);
      case "refused":
        return this.notify("warning", message.code);
    }
  }

  private async backdropComes(background: Background | null): Promise<void> {
    this.coming.value = background;
    if (!background) return;
    await this.stage?.prepare(background);
    const { name, file } = background;
    this.signalling?.send({ type: "background_ready", name, file: file ?? null });
  }

  private welcomed(message: Welcome, received: number): void {
    if (this.seat) keepToken(message.room, this.seat, message.token);
    this.me.value = message.you;
    this.capacity.value = message.capacity;
    this.pressers.value = message.pressers;
    this.coming.value = null;
    this.retakes.welcomed();
    this.series.value = null; // of one that still runs the next shot is told
    this.albumIs(message.album, message.token);
    this.timed(this.greeted, message.time, received);
    this.transport?.close();
    const options = { me: message.you, epoch: message.epoch, ice: message.ice };
    this.transport = new Mesh(options, {
      signal: (step) => this.signalling?.send(step),
      track: (guest, track) => {
        if (track.kind === "audio") return this.voices.play(guest, track);
        this.cutouts.set(guest, track);
        this.stage?.guest(guest, track);
      },
      data: (guest, data) => this.moved(guest, data),
      lost: (guest) => this.graded(guest, 0),
      unreachable: (guest) => {
        const name = this.guests.value.find(({ id }) => id === guest)?.name ?? "";
        this.notify("warning", "peer_failed", { name });
      },
      quality: (guest, quality) => this.graded(guest, quality),
    });
    this.transport.publish(this.own.video, this.own.microphone);
    this.backdrops.brought.value = []; // where there are any, they follow
    this.rostered(message.guests);
    this.sceneIs(message.scene);
    this.tryLook(message.scene.look); // one that was tried is over
    if (this.own.video) this.stage?.guest(message.you, this.own.video);
    this.view.value = "room";
    this.sayStatus();
    this.takes.welcomed();
    this.joined();
  }

  private joined(): void {
    this.joining?.resolve();
    this.joining = null;
  }

  private rostered(guests: Guest[]): void {
    const gone = this.guests.value.filter((old) => !guests.some((g) => g.id === old.id));
    for (const { id } of gone) {
      this.voices.stop(id);
      this.cutouts.delete(id);
    }
    const away = new Set(guests.filter((g) => !g.here).map((g) => g.id));
    this.seen.value = new Set(
      [...this.seen.value].filter((id) => !away.has(id) && guests.some((g) => g.id === id)),
    );
    this.guests.value = guests;
    this.transport?.roster(guests);
  }

  /** Tell the stage what it must know of everyone besides their pictures. */
  private people(): void {
    const people = personsOf(this.guests.value, this.quality.value);
    if (people.length) this.stage?.people(people);
  }

  private sceneIs(scene: Scene): void {
    this.scene.value = scene;
    this.stage?.scene(scene);
  }

  /** The stage is new: tell it everything again. */
  private restage(): void {
    if (this.me.value) {
      this.people();
      this.sceneIs(this.scene.value);
    } else {
      this.stage?.people([
        { guest: LOBBY_GUEST, name: this.name.value, camera: true, presence: "here" },
      ]);
      this.stage?.scene({ ...this.scene.value, layers: [LOBBY_LAYER], look: NATURAL });
    }
    if (this.own.video) this.stage?.guest(this.me.value ?? LOBBY_GUEST, this.own.video);
    for (const [guest, track] of this.cutouts) this.stage?.guest(guest, track);
    this.takes.restaged();
  }

  /** Begin anew on a fresh canvas; a stage that keeps failing is given up. */
  private stageFailed(reason: string): void {
    console.error("stage failed:", reason);
    this.stage?.close();
    this.stage = null;
    this.notify("error", "stage_failed");
    if (this.stageRun.value < STAGE_RUNS) this.stageRun.value += 1;
  }

  private pictured(guest: string): void {
    this.seen.value = new Set([...this.seen.value, guest]);
    if (guest !== (this.me.value ?? LOBBY_GUEST) || this.load.first_picture_ms) return;
    this.load.first_picture_ms = now() - performance.timeOrigin;
    // Prepare the next visit, but not while connections are made and the first photo is taken: a
    // third Python on two cores stalled cutouts four times as often.
    setTimeout(leaveHeadstart, SNAPSHOT_MS);
  }

  /** A layer in another guest's hand; what one may not move stays where it is. */
  private moved(sender: string, data: string): void {
    const layer = layerIn(data);
    const host = this.guests.value.some((guest) => guest.id === sender && guest.host);
    const prop = this.scene.value.props.some(({ id }) => id === layer?.guest);
    if (layer && (layer.guest === sender || prop || host)) this.stage?.moves(layer);
  }

  private graded(guest: string, quality: Quality): void {
    if (this.quality.value[guest] !== quality)
      this.quality.value = { ...this.quality.value, [guest]: quality };
  }

  /** Let this browser into the album's pages as the guest it is here, and as the host. */
  private albumIs(album: string, token = this.seat?.token): void {
    this.album.value = `/a/${album}`;
    admit(this.album.value, { guest: token, host: this.seat?.host });
  }

  private timed(sent: number, server: number, received: number): void {
    this.stage?.clock(sent, server, received);
    this.own.cutout?.clock(sent, server, received);
  }

  private refused(code: string): void {
    if (REFUSED[code]) return this.close(REFUSED[code]);
    if (code !== "name_empty" && code !== "name_too_long") return this.close("protocol");
    this.notify("error", code);
    this.joined();
  }

  private close(by: ClosedBy): void {
    this.joined();
    void this.takes.stop();
    this.signalling?.close();
    this.transport?.close();
    this.voices.close();
    this.shutter.stop();
    this.own.stop();
    this.stage?.close();
    this.signalling = this.transport = this.stage = null;
    this.me.value = null;
    this.guests.value = [];
    this.closedBy.value = by;
    this.view.value = "closed";
  }

  private notify(kind: Notice["kind"], key: string, values: Notice["values"] = {}): void {
    this.notices.value = [...this.notices.value, { id: ++this.count, kind, key, values }];
  }
}
