// The bar below the stage: the shutter in the middle, everything else to its sides.
import { texts } from "../i18n";
import { LayoutPanel } from "./arrangements";
import { BackgroundPanel } from "./backgrounds";
import { IconButton, Panel, Tabs } from "./controls";
import { useBooth } from "./context";
import { FormatPanel } from "./formats";
import { InvitePanel } from "./invite";
import { LookPanel } from "./looks";
import { MorePanel } from "./more";
import { PropsPanel } from "./props";
import { ShutterButton } from "./shutter";
import { narrow } from "./settings";
import { RecordButton } from "./takes";

export function MicrophoneButton() {
  const booth = useBooth();
  const t = texts.value;
  const on = booth.microphoneOn.value;
  const problem = booth.microphoneProblem.value;
  return (
    <IconButton
      icon={on && !problem ? "microphone" : "microphoneOff"}
      kind={problem && on ? "alert" : "plain"}
      name={t.bar.microphone}
      tip={problem && on ? t.microphone[problem] : on ? t.bar.microphoneOn : t.bar.microphoneOff}
      aria-pressed={on}
      onClick={() => booth.setMicrophone(!on)}
    />
  );
}

export function CameraButton() {
  const booth = useBooth();
  const t = texts.value;
  const on = booth.cameraOn.value;
  const camera = booth.camera.value;
  const problem = on && camera.kind === "problem" ? camera.problem : null;
  return (
    <IconButton
      icon={on && !problem ? "camera" : "cameraOff"}
      kind={problem ? "alert" : "plain"}
      name={t.bar.camera}
      tip={problem ? t.camera[problem].title : on ? t.bar.cameraOn : t.bar.cameraOff}
      aria-pressed={on}
      onClick={() => booth.setCamera(!on)}
    />
  );
}

export function Bar() {
  const booth = useBooth();
  const t = texts.value.bar;
  return (
    <>
      <div class="bar-left">
        {narrow.value ? (
          <Panel icon="background" name={t.backgroundAndLook}>
            {(close) => (
              <Tabs label={t.backgroundAndLook} names={[t.background, t.look, t.props]}>
                {(at) => [<BackgroundPanel />, <LookPanel />, <PropsPanel close={close} />][at]}
              </Tabs>
            )}
          </Panel>
        ) : (
          <>
            <Panel icon="background" name={t.background}>
              {() => <BackgroundPanel />}
            </Panel>
            <Panel icon="look" name={t.look}>
              {() => <LookPanel />}
            </Panel>
            <Panel icon="props" name={t.props}>
              {(close) => <PropsPanel close={close} />}
            </Panel>
          </>
        )}
        {booth.isHost.value && (
          <Panel icon="layout" name={t.layout}>
            {() => <LayoutPanel />}
          </Panel>
        )}
        <Panel icon="format" name={t.format}>
          {() => <FormatPanel />}
        </Panel>
      </div>
      <ShutterButton />
      <div class="bar-right">
        <RecordButton />
        <MicrophoneButton />
        <CameraButton />
      </div>
      <div class="bar-far">
        <Panel icon="invite" name={t.invite}>
          {() => <InvitePanel />}
        </Panel>
        <Panel icon="more" name={t.more}>
          {() => <MorePanel />}
        </Panel>
        <IconButton icon="leave" name={t.leave} onClick={() => booth.leave()} />
      </div>
    </>
  );
}
