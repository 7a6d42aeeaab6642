// Ticks every so many milliseconds, also while the page is hidden and its own timers sleep.
self.onmessage = ({ data }) => setInterval(() => self.postMessage(null), data as number);
