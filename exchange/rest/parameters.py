"""The parameters of each request (names from the carrier's OpenAPI document)."""

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


def _names_in(names: str) -> frozenset[str]:
    return frozenset(names.split())


NONE = _names_in("")
PAGES = _names_in(_PAGING)
CALL_CREATE = _names_in(
    f"{_LEG} Method FallbackUrl FallbackMethod SendDigits AsyncAmd Url Twiml"
    " AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod ApplicationSid"
)
CALL_UPDATE = _names_in(
    "Url Method Status FallbackUrl FallbackMethod StatusCallback"
    " StatusCallbackMethod Twiml TimeLimit"
)
CALL_LIST = _names_in(
    "To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime<"
    f" EndTime> {_PAGING}"
)
RECORDING_LIST = _names_in(
    "DateCreated DateCreated< DateCreated> CallSid ConferenceSid IncludeSoftDeleted"
    f" {_PAGING}"
)
CALL_RECORDING_LIST = _names_in(f"DateCreated DateCreated< DateCreated> {_PAGING}")
RECORDING = _names_in("IncludeSoftDeleted")
RECORDING_MEDIA = _names_in("RequestedChannels")
QUEUE = _names_in("FriendlyName MaxSize")
MEMBER = _names_in("Url Method")
ROOM_LIST = _names_in(
    "DateCreated DateCreated< DateCreated> DateUpdated DateUpdated< DateUpdated>"
    f" FriendlyName Status {_PAGING}"
)
ROOM_UPDATE = _names_in("Status AnnounceUrl AnnounceMethod")
PARTICIPANT_LIST = _names_in(f"Muted Hold Coaching {_PAGING}")
PARTICIPANT_CREATE = _names_in(
    f"{_LEG} Label Muted Beep StartConferenceOnEnter EndConferenceOnExit WaitUrl"
    " WaitMethod EarlyMedia MaxParticipants ConferenceRecord ConferenceTrim Region"
    " ConferenceStatusCallback ConferenceStatusCallbackMethod Coaching"
    " ConferenceStatusCallbackEvent ConferenceRecordingStatusCallback"
    " ConferenceRecordingStatusCallbackMethod CallSidToCoach JitterBufferSize"
    " ConferenceRecordingStatusCallbackEvent AmdStatusCallback CallerDisplayName"
    " AmdStatusCallbackMethod"
)
PARTICIPANT_UPDATE = _names_in(
    "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod WaitUrl WaitMethod"
    " BeepOnExit EndConferenceOnExit Coaching CallSidToCoach"
)
MESSAGE_CREATE = _names_in(
    "To StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt"
    " ValidityPeriod ForceDelivery ContentRetention AddressRetention SmartEncoded"
    " PersistentAction TrafficType ShortenUrls ScheduleType SendAt SendAsMms"
    " ContentVariables RiskCheck From FallbackFrom MessagingServiceSid Body MediaUrl"
    " ContentSid"
)
MESSAGE_LIST = _names_in(f"To From DateSent DateSent< DateSent> {_PAGING}")
MESSAGE_UPDATE = _names_in("Body Status")
NUMBER_LIST = _names_in(f"Beta FriendlyName PhoneNumber Origin {_PAGING}")
NUMBER_UPDATE = _names_in(_NUMBER)
