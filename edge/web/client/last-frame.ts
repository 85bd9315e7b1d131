/** Enough for a picture that is looked at for seconds, and quicker than what loses nothing. */
const quality = 0.85;

/** What a video shows now, as a `data:` URL in its own size; undefined where it shows nothing. */
export function lastFrame(video: HTMLVideoElement): string | undefined {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return undefined;
  context.drawImage(video, 0, 0);
  return canvas.toDataURL('image/jpeg', quality);
}
