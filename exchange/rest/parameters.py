"""Which parameters each request takes (names from the carrier's OpenAPI document)."""

_PAGING = "PageSize Page PageToken"
_MACHINES = (
    "MachineDetection MachineDetectionTimeout MachineDetectionSpeechThreshold"
    " MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout"
)
_RECORDING = (
    "Record RecordingChannels RecordingStatusCallback RecordingStatusCallbackMethod"
    " RecordingStatusCallbackEvent RecordingTrack Trim"
)
_TOLD = "StatusCallback StatusCallbackMethod StatusCallbackEvent"
_LEG = (
    f"From To Timeout TimeLimit CallerId CallReason CallToken Byoc SipAuthUsername"
    f" SipAuthPassword ClientNotificationUrl {_MACHINES} {_RECORDING} {_TOLD}"
)
_NUMBER = (
    "ApiVersion FriendlyName SmsApplicationSid SmsFallbackMethod SmsFallbackUrl"
    " SmsMethod SmsUrl StatusCallback StatusCallbackMethod VoiceApplicationSid"
    " VoiceCallerIdLookup VoiceFallbackMethod VoiceFallbackUrl VoiceMethod VoiceUrl"
    " EmergencyStatus EmergencyAddressSid TrunkSid VoiceReceiveMode IdentitySid"
    " AddressSid BundleSid AccountSid"
)


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


NONE = _set("")
PAGES = _set(_PAGING)
CALL_CREATE = _set(
    f"{_LEG} Method FallbackUrl FallbackMethod SendDigits AsyncAmd Url Twiml"
    " AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod ApplicationSid"
)
CALL_UPDATE = _set(
    "Url Method Status FallbackUrl FallbackMethod StatusCallback"
    " StatusCallbackMethod Twiml TimeLimit"
)
CALL_LIST = _set(
    "To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime<"
    f" EndTime> {_PAGING}"
)
RECORDING_LIST = _set(
    "DateCreated DateCreated< DateCreated> CallSid ConferenceSid IncludeSoftDeleted"
    f" {_PAGING}"
)
CALL_RECORDING_LIST = _set(f"DateCreated DateCreated< DateCreated> {_PAGING}")
RECORDING = _set("IncludeSoftDeleted")
RECORDING_MEDIA = _set("RequestedChannels")
QUEUE = _set("FriendlyName MaxSize")
MEMBER = _set("Url Method")
ROOM_LIST = _set(
    "DateCreated DateCreated< DateCreated> DateUpdated DateUpdated< DateUpdated>"
    f" FriendlyName Status {_PAGING}"
)
ROOM_UPDATE = _set("Status AnnounceUrl AnnounceMethod")
PARTICIPANT_LIST = _set(f"Muted Hold Coaching {_PAGING}")
PARTICIPANT_CREATE = _set(
    f"{_LEG} Label Muted Beep StartConferenceOnEnter EndConferenceOnExit WaitUrl"
    " WaitMethod EarlyMedia MaxParticipants ConferenceRecord ConferenceTrim Region"
    " ConferenceStatusCallback ConferenceStatusCallbackMethod Coaching"
    " ConferenceStatusCallbackEvent ConferenceRecordingStatusCallback"
    " ConferenceRecordingStatusCallbackMethod CallSidToCoach JitterBufferSize"
    " ConferenceRecordingStatusCallbackEvent AmdStatusCallback CallerDisplayName"
    " AmdStatusCallbackMethod"
)
PARTICIPANT_UPDATE = _set(
    "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod WaitUrl WaitMethod"
    " BeepOnExit EndConferenceOnExit Coaching CallSidToCoach"
)
MESSAGE_CREATE = _set(
    "To StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt"
    " ValidityPeriod ForceDelivery ContentRetention AddressRetention SmartEncoded"
    " PersistentAction TrafficType ShortenUrls ScheduleType SendAt SendAsMms"
    " ContentVariables RiskCheck From FallbackFrom MessagingServiceSid Body MediaUrl"
    " ContentSid"
)
MESSAGE_LIST = _set(f"To From DateSent DateSent< DateSent> {_PAGING}")
MESSAGE_UPDATE = _set("Body Status")
NUMBER_LIST = _set(f"Beta FriendlyName PhoneNumber Origin {_PAGING}")
NUMBER_UPDATE = _set(_NUMBER)
