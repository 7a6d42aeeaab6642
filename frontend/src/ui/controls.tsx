// The few controls everything is made of.
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { texts } from "../i18n";
import { Icon, type IconName } from "./icons";

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "name">;

interface IconButtonProps extends ButtonProps {
  icon: IconName;
  name: string;
  /** Shown on hover and focus where it says more than the name. */
  tip?: string;
  kind?: "plain" | "alert" | "quiet";
}

/** A button that is an icon; its name is read out and shown as a tooltip. */
export function IconButton({ icon, name, tip, kind = "plain", ...rest }: IconButtonProps) {
  return (
    <button type="button" class={`icon-button ${kind}`} aria-label={name} data-tip={tip ?? name} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

interface TextButtonProps extends ButtonProps {
  icon?: IconName;
  kind?: "primary" | "plain" | "quiet";
  large?: boolean;
  children: ComponentChildren;
}

export function TextButton({ icon, kind = "plain", large = false, children, ...rest }: TextButtonProps) {
  return (
    <button type="button" class={`text-button ${kind} ${large ? "large" : ""}`} {...rest}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

interface PanelProps {
  name: string;
  icon: IconName;
  children: (close: () => void) => ComponentChildren;
}

/** A bar button and what it opens: above the bar on a desk, a sheet on a phone. */
export function Panel({ name, icon, children }: PanelProps) {
  const id = useId();
  const open = useSignal(false);
  const panel = useRef<HTMLDivElement>(null);
  const close = () => panel.current?.hidePopover();
  return (
    <div class="panel-place">
      <IconButton icon={icon} name={name} popovertarget={id} aria-haspopup="dialog" aria-expanded={open.value} />
      <div
        id={id}
        ref={panel}
        popover="auto"
        class="panel"
        role="dialog"
        aria-label={name}
        onToggle={(event) => (open.value = event.newState === "open")}
      >
        {open.value && (
          <>
            <header class="panel-head">
              <h2>{name}</h2>
              <IconButton
                icon="close"
                name={texts.value.close}
                kind="quiet"
                onClick={close}
              />
            </header>
            <div class="panel-body">{children(close)}</div>
          </>
        )}
      </div>
    </div>
  );
}

interface TabsProps {
  label: string;
  names: readonly string[];
  children: (at: number) => ComponentChildren;
}

/** A few pages in one panel; arrows go from tab to tab. */
export function Tabs({ label, names, children }: TabsProps) {
  const id = useId();
  const at = useSignal(0);
  const turn = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    at.value = (at.value + step + names.length) % names.length;
    document.getElementById(`${id}-${at.value}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={turn}>
        {names.map((name, i) => (
          <button
            key={name}
            type="button"
            id={`${id}-${i}`}
            role="tab"
            aria-selected={i === at.value}
            aria-controls={`${id}-page`}
            tabIndex={i === at.value ? 0 : -1}
            onClick={() => (at.value = i)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={`${id}-page`} role="tabpanel" aria-labelledby={`${id}-${at.value}`}>
        {children(at.value)}
      </div>
    </>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  value: T;
  options: readonly (readonly [T, string])[];
  choose: (value: T) => void;
}

/** One of a few, side by side. */
export function Choice<T extends string>({ legend, value, options, choose }: ChoiceProps<T>) {
  const group = useId();
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice-options">
        {options.map(([option, label]) => (
          <label key={option} class="choice-option" lang={option === "ko" || option === "en" ? option : undefined}>
            <input
              type="radio"
              name={group}
              checked={option === value}
              onChange={() => choose(option)}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface PickerProps {
  label: string;
  devices: { id: string; label: string }[];
  chosen: string | null;
  choose: (id: string) => void;
  children?: ComponentChildren;
}

/** Which device to use. */
export function Picker({ label, devices, chosen, choose, children }: PickerProps) {
  const id = useId();
  const t = texts.value.lobby;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="select"
        disabled={devices.length === 0}
        value={devices.length > 0 ? (chosen ?? undefined) : ""}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {devices.length === 0 && <option value="">{t.noDevices}</option>}
        {devices.map((device, i) => (
          <option key={device.id} value={device.id} selected={device.id === chosen}>
            {device.label || t.device(i + 1)}
          </option>
        ))}
      </select>
      {children}
    </div>
  );
}

/** How loud the microphone hears one, 0..1. */
export function Meter({ level, label }: { level: number; label: string }) {
  return (
    <div
      class="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(level * 10) * 10}
    >
      <div class="meter-level" style={{ transform: `scaleX(${Math.min(1, level)})` }} />
    </div>
  );
}
