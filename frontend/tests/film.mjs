// A film cut off anywhere: where does its last whole packet end? Prints how many cuts were tried, and
// those that were answered wrongly.
import { EncodedAudioPacketSource, EncodedPacket, EncodedVideoPacketSource } from "mediabunny";
import { MkvOutputFormat, Output, StreamTarget } from "mediabunny";
import { load } from "./load.mjs";

const { whole } = await load("src/recording/film.ts");
const ends = []; // of packets: each is written at once
let film = new Uint8Array();
const write = ({ data, position }) => {
  film = Uint8Array.from([...film.subarray(0, position), ...data]);
  ends.push(film.length);
};
const output = new Output({
  format: new MkvOutputFormat({ appendOnly: true }),
  target: new StreamTarget(new WritableStream({ write })),
});
const pictures = new EncodedVideoPacketSource("vp8");
const voices = new EncodedAudioPacketSource("opus");
output.addVideoTrack(pictures);
output.addAudioTrack(voices);
await output.start();
const look = { decoderConfig: { codec: "vp8", codedWidth: 64, codedHeight: 36 } };
const tone = { decoderConfig: { codec: "opus", numberOfChannels: 1, sampleRate: 48_000 } };
for (let n = 0; n < 90; n++) {
  const bytes = (length) => new Uint8Array(length).fill(n);
  const size = n % 30 ? 20 + n : 300; // so that sizes of one and of two bytes are there
  await voices.add(new EncodedPacket(bytes(16), "key", n / 30, 1 / 30), tone);
  await pictures.add(new EncodedPacket(bytes(size), n % 15 ? "delta" : "key", n / 30, 1 / 30), look);
}
const head = ends.findIndex((end) => end > 400); // before it: what is no packet yet
const wrong = [];
for (let cut = 0; cut <= film.length; cut++) {
  const found = await whole(new Blob([film.subarray(0, cut)]));
  const packets = ends.slice(head).filter((end) => end <= cut);
  if (found > cut || (packets.length && found < packets.at(-1))) wrong.push([cut, found, packets.at(-1)]);
}
console.log(JSON.stringify([film.length + 1, ends.length, wrong]));
