// What every component can reach: the booth, and the hand that moves people on the stage.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Booth } from "../state";
import type { Hand } from "./stage/hand";

export const BoothContext = createContext<{ booth: Booth; hand: Hand } | null>(null);

function useContents(): { booth: Booth; hand: Hand } {
  const contents = useContext(BoothContext);
  if (contents === null) throw new Error("no booth around this component");
  return contents;
}

export const useBooth = (): Booth => useContents().booth;
export const useHand = (): Hand => useContents().hand;
