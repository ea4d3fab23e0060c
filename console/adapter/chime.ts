/** A short, quiet tone for a new message. Synthesised, so that there is no file to load. */
let audio: AudioContext | undefined;

export function chime(): void {
  audio ??= new AudioContext();
  const start = audio.currentTime;
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.setValueAtTime(0.08, start);
  gain.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
  for (const [frequency, delay] of [
    [660, 0],
    [880, 0.09],
  ] as const) {
    const tone = audio.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start(start + delay);
    tone.stop(start + 0.35);
  }
}
