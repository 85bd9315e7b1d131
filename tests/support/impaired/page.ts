import type { Page } from 'playwright-core';

declare global {
  /** The page's latest connection that goes over a link. */
  var linked: RTCPeerConnection | undefined;
}

/** Has the page's connections take every candidate for the link's, and none over TCP, which would go round it. */
export async function goOverLink(page: Page, linkPort: number): Promise<void> {
  await page.evaluate((port) => {
    const { addIceCandidate } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.addIceCandidate = async function (candidate?: RTCIceCandidateInit | null) {
      globalThis.linked = this;
      const words = candidate?.candidate?.split(' ') ?? [];
      if (words[2]?.toLowerCase() !== 'udp') return;
      words[5] = String(port);
      await Reflect.apply(addIceCandidate, this, [{ ...candidate, candidate: words.join(' ') }]);
    };
  }, linkPort);
}
